import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  argmax,
  batchNormTrain,
  crossEntropy,
  crossEntropyBackward,
  crossEntropyWithGradient,
  hardmax,
  matmul,
  mean,
  multiply,
  relu,
  softmax,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { errorOf, type Fn, gradientsOf, type Host, host, type Library, slopesOf } from '../gradient_support.ts';
import { uniform, useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();

/** Of the gradient's largest component: what float64's central differences and f32's gradients may differ by. */
const TOLERANCE = 1e-5;

const ROWS = 4;
const COLS = 6;
const LABELS = Int32Array.of(3, 0, 5, 2);

const values = (shape: number[], seed: number, low = -1.5, high = 1.5): Host =>
  host(
    shape,
    uniform(
      shape.reduce((size, length) => size * length, 1),
      low,
      high,
      seed,
    ),
  );
const weights = values([ROWS, COLS], 99);
const probabilities = host([ROWS, COLS], [...uniform(ROWS * COLS, 0.05, 0.3, 5)]);

/** A scalar of y that has another slope for every entry. */
const scalarOf = (lib: Library, y: Library, c: (value: Host) => Library, seed = 7) =>
  lib.sum(lib.multiply(y, c(values([...y.shape], seed))));

const ofX = (op: (lib: Library, x: Library, c: (value: Host | Int32Array) => Library) => Library): Fn => {
  return (lib, { x }, c) => scalarOf(lib, op(lib, x, c), c);
};
const ofAB = (op: (lib: Library, a: Library, b: Library) => Library): Fn => {
  return (lib, { a, b }, c) => scalarOf(lib, op(lib, a, b), c);
};
/** A loss, which is a scalar already. */
const loss = (op: (lib: Library, x: Library, c: (value: Host | Int32Array) => Library) => Library): Fn => {
  return (lib, { x }, c) => op(lib, x, c);
};

const x = values([ROWS, COLS], 1);
const positive = values([ROWS, COLS], 2, 0.5, 2);
const images = values([2, 3, 4], 3);
const planes = values([2, 2, 5, 6], 14);
const pair = (a: number[], b: number[]) => ({ a: values(a, 4), b: values(b, 5, 0.5, 2) });
const CASES: readonly (readonly [name: string, parameters: Record<string, Host>, fn: Fn])[] = [
  ['add, with a row', pair([ROWS, COLS], [COLS]), ofAB((lib, a, b) => lib.add(a, b))],
  ['subtract, from a column', pair([ROWS, 1], [ROWS, COLS]), ofAB((lib, a, b) => lib.subtract(a, b))],
  ['multiply, by a scalar', pair([ROWS, COLS], []), ofAB((lib, a, b) => lib.multiply(a, b))],
  ['multiply, both repeated', pair([ROWS, 1], [1, COLS]), ofAB((lib, a, b) => lib.multiply(a, b))],
  ['divide', pair([ROWS, COLS], [COLS]), ofAB((lib, a, b) => lib.divide(a, b))],
  ['maximum', pair([ROWS, COLS], [COLS]), ofAB((lib, a, b) => lib.maximum(a, b))],
  ['a value by itself', { x }, ofX((lib, v) => lib.multiply(v, v))],
  ...(['relu', 'sigmoid', 'tanh', 'exp', 'negate'] as const).map(
    (op) => [op, { x }, ofX((lib, v) => lib[op](v))] as const,
  ),
  ...(['log', 'sqrt'] as const).map((op) => [op, { x: positive }, ofX((lib, v) => lib[op](v))] as const),
  ['where', pair([ROWS, COLS], [COLS]), (lib, { a, b }, c) => scalarOf(lib, lib.where(lib.relu(c(weights)), a, b), c)],
  ...[-1, 0].flatMap((axis) => [
    [`softmax along ${axis}`, { x }, ofX((lib, v) => lib.softmax(v, { axis }))] as const,
    [`logSoftmax along ${axis}`, { x }, ofX((lib, v) => lib.logSoftmax(v, { axis }))] as const,
    [`logSumExp along ${axis}`, { x }, ofX((lib, v) => lib.logSumExp(v, { axis }))] as const,
    [`sum along ${axis}`, { x }, ofX((lib, v) => lib.sum(v, { axis }))] as const,
    [`mean along ${axis}, kept`, { x }, ofX((lib, v) => lib.mean(v, { axis, keepDims: true }))] as const,
    [`max along ${axis}`, { x }, ofX((lib, v) => lib.max(v, { axis }))] as const,
  ]),
  ['mean over two axes', { x: images }, ofX((lib, v) => lib.mean(v, { axis: [0, 2] }))],
  ['max over all', { x }, loss((lib, v) => lib.max(v))],
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => {
      const shapes = pair(transposeA ? [COLS, ROWS] : [ROWS, COLS], transposeB ? [5, COLS] : [COLS, 5]);
      const name = `matmul of a${transposeA ? 'ᵀ' : ''} and b${transposeB ? 'ᵀ' : ''}`;
      return [name, shapes, ofAB((lib, a, b) => lib.matmul(a, b, { transposeA, transposeB }))] as const;
    }),
  ),
  ['matmul, batched', pair([2, 3, 4], [2, 4, 5]), ofAB((lib, a, b) => lib.matmul(a, b))],
  ...[{}, { stride: 2, padding: 1 }].map(
    (options) =>
      [
        `conv2d ${JSON.stringify(options)}`,
        pair([2, 2, 5, 4], [3, 2, 3, 2]),
        ofAB((lib, a, b) => lib.conv2d(a, b, options)),
      ] as const,
  ),
  ...(['sigmoidBackward', 'tanhBackward', 'reluBackward'] as const).map(
    (op) => [op, pair([ROWS, COLS], [ROWS, COLS]), ofAB((lib, a, b) => lib[op](a, b))] as const,
  ),
  ...[-1, 0].flatMap((axis) =>
    (['softmaxBackward', 'logSoftmaxBackward'] as const).map(
      (op) =>
        [
          `${op} along ${axis}`,
          pair([ROWS, COLS], [ROWS, COLS]),
          ofAB((lib, a, b) => lib[op](a, b, { axis })),
        ] as const,
    ),
  ),
  [
    'gatherBackward',
    { x: values([5, 3], 1) },
    ofX((lib, v, c) => lib.gatherBackward(v, c(Int32Array.of(3, 1, 3, 0, 3)), { shape: [4, 3] })),
  ],
  ['reshape', { x }, ofX((lib, v) => lib.softmax(lib.reshape(v, [8, 3])))],
  ['transpose', { x: images }, ofX((lib, v) => lib.softmax(lib.transpose(v, [2, 0, 1])))],
  ['slice', { x: images }, ofX((lib, v) => lib.softmax(lib.slice(v, [0, 1, 1], [2, 2, 3])))],
  ['concat', pair([ROWS, COLS], [ROWS, 2]), ofAB((lib, a, b) => lib.softmax(lib.concat([a, b, a], 1)))],
  ['gather, some twice', { x }, ofX((lib, v, c) => lib.softmax(lib.gather(v, c(Int32Array.of(3, 1, 3, 0, 3)))))],
  [
    'gather along the last axis, from its end',
    { x },
    ofX((lib, v, c) => lib.softmax(lib.gather(v, c(Int32Array.of(-1, 2, 5)), { axis: 1 }))),
  ],
  ['maxPool2d', { x: planes }, ofX((lib, v) => lib.maxPool2d(v, { size: 2 }))],
  [
    'maxPool2d, overlapping and padded',
    { x: planes },
    ofX((lib, v) => lib.maxPool2d(v, { size: 3, stride: 2, padding: 1 })),
  ],
  ...[true, false].map(
    (countPadding) =>
      [
        `averagePool2d, overlapping and padded, ${countPadding ? 'all counted' : 'entries counted'}`,
        { x: planes },
        ofX((lib, v) => lib.averagePool2d(v, { size: [3, 2], stride: [2, 1], padding: 1, countPadding })),
      ] as const,
  ),
  [
    'averagePool2dBackward',
    { x: planes },
    ofX((lib, v) =>
      lib.averagePool2dBackward(v, { shape: [2, 2, 9, 7], size: [3, 2], stride: [2, 1], padding: [1, 0] }),
    ),
  ],
  ['crossEntropy of labels', { x }, loss((lib, v, c) => lib.crossEntropy(v, c(LABELS)))],
  [
    'crossEntropy, summed, smoothed, weighted, one ignored, twice',
    { x },
    loss((lib, v, c) => {
      const options = { reduction: 'sum', labelSmoothing: 0.1, weight: c(values([COLS], 8, 0.5, 2)), ignoreIndex: 0 };
      const once = lib.crossEntropy(v, c(LABELS), options);
      return lib.multiply(once, once);
    }),
  ],
  ['crossEntropy of each row', { x }, ofX((lib, v, c) => lib.crossEntropy(v, c(LABELS), { reduction: 'none' }))],
  ['crossEntropy of probabilities', { x }, loss((lib, v, c) => lib.crossEntropy(v, c(probabilities)))],
  [
    'crossEntropy of planes',
    { x: images },
    loss((lib, v, c) => lib.crossEntropy(v, lib.reshape(c(Int32Array.of(0, 2, 1, 1, 2, 0, 0, 1)), [2, 4]))),
  ],
  [
    'crossEntropyWithGradient',
    { x },
    ofX((lib, v, c) => lib.crossEntropyWithGradient(v, c(LABELS), { reduction: 'none', scale: 4 }).loss),
  ],
  ['nllLoss', { x }, loss((lib, v, c) => lib.nllLoss(lib.logSoftmax(v), c(LABELS)))],
  [
    'crossEntropyOfProbabilities',
    { x },
    loss((lib, v, c) => lib.crossEntropyOfProbabilities(lib.softmax(v), c(LABELS))),
  ],
  [
    'binaryCrossEntropyWithLogits',
    { x },
    loss((lib, v, c) =>
      lib.binaryCrossEntropyWithLogits(v, c(probabilities), { posWeight: c(values([COLS], 8, 0.5, 2)) }),
    ),
  ],
  ['meanSquaredError', pair([ROWS, COLS], [ROWS, COLS]), (lib, { a, b }) => lib.meanSquaredError(a, b)],
  [
    'meanSquaredError of each entry',
    pair([ROWS, COLS], [ROWS, COLS]),
    ofAB((lib, a, b) => lib.meanSquaredError(a, b, { reduction: 'none' })),
  ],
  ...(['none', 'relu'] as const).flatMap((activation) => [
    [
      `batchNormTrain, ${activation}`,
      { x: values([5, 3, 4], 9), gamma: values([3], 10, 0.5, 2), beta: values([3], 11) },
      (lib: Library, p: Library, c: (value: Host) => Library) =>
        scalarOf(lib, lib.batchNormTrain(p.x, { gamma: p.gamma, beta: p.beta, activation }).y, c),
    ] as const,
    [
      `batchNormInference, ${activation}, channels last`,
      { x: values([5, 3], 9), gamma: values([3], 10, 0.5, 2), beta: values([3], 11) },
      (lib: Library, p: Library, c: (value: Host) => Library) => {
        const statistics = { mean: c(values([3], 12)), variance: c(values([3], 13, 0.5, 2)) };
        const options = { ...statistics, gamma: p.gamma, beta: p.beta, activation, channelAxis: -1 };
        return scalarOf(lib, lib.batchNormInference(p.x, options), c);
      },
    ] as const,
  ]),
  [
    'batchNormStats',
    { x: images },
    (lib, p, c) => {
      const { mean: m, variance } = lib.batchNormStats(p.x);
      return lib.add(scalarOf(lib, m, c), scalarOf(lib, variance, c, 8));
    },
  ],
];

describe('the gradient is that of the judge, by differences in float64', () => {
  test.each(CASES)('%s', async (_, parameters, fn) => {
    const slopes = slopesOf(fn, parameters);
    expect(slopes, 'a kink within a step').toBeDefined();
    const { gradients } = await gradientsOf(backend(), fn, parameters);
    expect(errorOf(gradients, slopes as NonNullable<typeof slopes>)).toBeLessThan(TOLERANCE);
  });
});

/** Steps from values [4, 6] to another: `x` is the latest, `z` one before it. Their values stay moderate. */
type Block = (lib: Library, x: Library, z: Library, p: Library, c: (value: Host | Int32Array) => Library) => Library;

const shiftBy = (lib: Library, v: Library, by: number) =>
  lib.concat([lib.slice(v, [0, by], [ROWS, COLS - by]), lib.slice(v, [0, 0], [ROWS, by])], 1);
/** Windows around each entry. */
const pooledBy = (lib: Library, v: Library, op: string) => {
  const y = lib[op](lib.reshape(v, [1, 1, ROWS, COLS]), { size: 3, stride: 1, padding: 1 });
  return lib.reshape(y, [ROWS, COLS]);
};
const BLOCKS: Readonly<Record<string, Block>> = {
  relu: (lib, v) => lib.relu(v),
  sigmoid: (lib, v) => lib.sigmoid(v),
  tanh: (lib, v) => lib.tanh(v),
  exp: (lib, v) => lib.exp(lib.tanh(v)),
  negate: (lib, v) => lib.negate(v),
  log: (lib, v) => lib.log(lib.add(lib.exp(lib.tanh(v)), lib.exp(lib.tanh(v)))),
  sqrt: (lib, v) => lib.sqrt(lib.exp(lib.tanh(v))),
  add: (lib, v, z) => lib.add(v, z),
  subtract: (lib, v, z) => lib.subtract(v, z),
  multiply: (lib, v, z) => lib.multiply(lib.tanh(v), z),
  divide: (lib, v, z) => lib.divide(v, lib.exp(lib.tanh(z))),
  maximum: (lib, v, z) => lib.maximum(v, z),
  where: (lib, v, z, _, c) => lib.where(lib.relu(c(weights)), v, z),
  bias: (lib, v, _, p) => lib.add(v, p.bias),
  scale: (lib, v, _, p) => lib.multiply(v, p.scale),
  linear: (lib, v, _, p) => lib.matmul(v, p.weight, { transposeB: true }),
  convolve: (lib, v, _, p) => {
    const image = lib.reshape(v, [1, 1, ROWS, COLS]);
    const kernels = lib.reshape(lib.slice(p.weight, [0, 0], [3, 3]), [1, 1, 3, 3]);
    return lib.reshape(lib.conv2d(image, kernels, { padding: 1 }), [ROWS, COLS]);
  },
  softmax: (lib, v) => lib.softmax(v),
  columns: (lib, v) => lib.softmax(v, { axis: 0 }),
  logSoftmax: (lib, v) => lib.logSoftmax(v),
  logSumExp: (lib, v) => lib.subtract(v, lib.logSumExp(v, { axis: 1, keepDims: true })),
  center: (lib, v) => lib.subtract(v, lib.mean(v, { axis: 0, keepDims: true })),
  crest: (lib, v) => lib.add(v, lib.max(v, { axis: 1, keepDims: true })),
  turn: (lib, v) => lib.reshape(lib.transpose(v), [ROWS, COLS]),
  shift: (lib, v) => shiftBy(lib, v, 2),
  gather: (lib, v, _, __, c) => lib.gather(v, c(Int32Array.of(2, 0, 2, -1))),
  maxPool2d: (lib, v) => pooledBy(lib, v, 'maxPool2d'),
  averagePool2d: (lib, v) => pooledBy(lib, v, 'averagePool2d'),
};
const ENDS: Readonly<Record<string, Block>> = {
  sum: (lib, v, _, __, c) => scalarOf(lib, v, c),
  crossEntropy: (lib, v, _, __, c) => lib.crossEntropy(v, c(LABELS)),
  squares: (lib, v, _, __, c) => lib.meanSquaredError(v, c(weights)),
  binary: (lib, v, _, __, c) => lib.binaryCrossEntropyWithLogits(v, c(probabilities)),
};

test('and so is that of any composition of up to eight ops', { timeout: 300_000 }, async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(BLOCKS)), fc.nat(7)), { minLength: 1, maxLength: 7 });
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...Object.keys(ENDS)), fc.nat(2 ** 16), async (list, end, seed) => {
      const parameters = {
        x: values([ROWS, COLS], seed + 1),
        weight: values([COLS, COLS], seed + 2, -0.6, 0.6),
        bias: values([COLS], seed + 3),
        scale: values([ROWS, 1], seed + 4, 0.5, 1.5),
      };
      const fn: Fn = (lib, p, c) => {
        const made: Library[] = [p.x];
        for (const [name, back] of list) {
          const z = made[Math.max(0, made.length - 1 - back)];
          made.push((BLOCKS[name] as Block)(lib, made.at(-1), z, p, c));
        }
        return (ENDS[end] as Block)(lib, made.at(-1), undefined, p, c);
      };
      const slopes = slopesOf(fn, parameters);
      fc.pre(slopes !== undefined);
      tried++;
      const { gradients } = await gradientsOf(backend(), fn, parameters);
      expect(errorOf(gradients, slopes as NonNullable<typeof slopes>)).toBeLessThan(TOLERANCE);
    }),
    { numRuns: 100, seed: 20261121 },
  );
  expect(tried).toBeGreaterThan(90);
});

describe('parameters', () => {
  test('are a tensor, or arrays and records of them, and gradients come in their structure', async () => {
    const [a, b, c] = [1, 2, 3].map((value) => backend().full([2], value)) as [Tensor, Tensor, Tensor];
    const single = valueAndGrad((p: Tensor) => sum(multiply(p, p)))(b);
    expect(await single.gradients.data()).toEqual(Float32Array.of(4, 4));
    const nested = valueAndGrad((p: { list: Tensor[]; deep: { c: Tensor } }) =>
      sum(multiply(multiply(p.list[0] as Tensor, p.list[1] as Tensor), p.deep.c)),
    )({ list: [a, b], deep: { c } });
    expect(await nested.gradients.list[0]?.data()).toEqual(Float32Array.of(6, 6));
    expect(await nested.gradients.list[1]?.data()).toEqual(Float32Array.of(3, 3));
    expect(await nested.gradients.deep.c.data()).toEqual(Float32Array.of(2, 2));
    expect(await nested.value.item()).toBe(12);
  });

  test('that the value does not depend on have a gradient of exact zeros', async () => {
    const [used, unused] = [backend().full([3], 2), backend().full([2, 2], 5)];
    const { gradients } = valueAndGrad((p: { used: Tensor; unused: Tensor }) => sum(p.used))({ used, unused });
    expect(await gradients.unused.data()).toEqual(new Float32Array(4));
    expect(gradients.unused.shape).toEqual([2, 2]);
    const constant = valueAndGrad((_: Tensor) => backend().full([], 3))(used);
    expect(await constant.gradients.data()).toEqual(new Float32Array(3));
  });

  test('what has no slope passes none on: arg max and hard max', async () => {
    const p = backend().tensor([1, 3, 2, 0, 5, 4], [2, 3]);
    const { gradients } = valueAndGrad((p: Tensor) =>
      sum(multiply(hardmax(p), argmax(p, { axis: -1, keepDims: true }).cast('f32'))),
    )(p);
    expect(await gradients.data()).toEqual(new Float32Array(6));
  });

  test('are not changed, and what is given beside them is passed on and has no gradient', async () => {
    const [w, v] = [backend().tensor([1, 2]), backend().tensor([3, 4])];
    const { value, gradients } = valueAndGrad((p: Tensor, data: Tensor, times: number) =>
      multiply(sum(multiply(p, data)), backend().full([], times)),
    )(w, v, 10);
    expect([await value.item(), ...(await gradients.data())]).toEqual([110, 30, 40]);
    expect(await w.data()).toEqual(Float32Array.of(1, 2));
  });

  test('of halves have gradients of halves', async () => {
    const p = backend().tensor([1, 2, 3, 4], [2, 2], 'f16');
    const labels = backend().tensor(Int32Array.of(0, 1));
    const { gradients } = valueAndGrad((p: Tensor) => crossEntropy(p, labels, { reduction: 'sum' }))(p);
    expect(gradients.dtype).toBe('f16');
    const e = 1 / (1 + Math.exp(-1));
    const expected = [-e, e, 1 - e, e - 1];
    for (const [i, value] of (await gradients.data()).entries()) expect(value).toBeCloseTo(expected[i] as number, 3);
  });
});

describe('the value', () => {
  test('comes with what else is to be kept', async () => {
    const logits = backend().tensor([1, 2, 3, 4], [2, 2]);
    const { value, aux, gradients } = valueAndGrad((p: Tensor) => {
      const y = softmax(p);
      return { value: mean(y), aux: { y, note: 'kept' } };
    })(logits);
    expect(aux.note).toBe('kept');
    expect((await aux.y.data())[0]).toBeCloseTo(1 / (1 + Math.E), 6);
    expect(await value.item()).toBe(0.5);
    for (const slope of await gradients.data()) expect(Math.abs(slope)).toBeLessThan(1e-7);
  });

  test('frees all that was made on the way, and nothing that was not', async () => {
    const p = backend().full([64, 64], 0.5);
    const { liveBytes } = backend().memory();
    const { value, gradients } = valueAndGrad((p: Tensor) => mean(relu(matmul(softmax(p), p))))(p);
    expect(backend().memory().liveBytes - liveBytes).toBe(value.storage.bytes + gradients.storage.bytes);
    value.dispose();
    gradients.dispose();
    expect(backend().memory().liveBytes).toBe(liveBytes);
    await backend().sync();
  });

  test('may be made of tensors that are gone before the gradients are', async () => {
    const p = backend().tensor([1, 2]);
    const { gradients } = valueAndGrad((p: Tensor) => {
      using square = multiply(p, p);
      return backend().scope(() => sum(multiply(square, p)));
    })(p);
    expect(await gradients.data()).toEqual(Float32Array.of(3, 12));
  });

  test('within another value has gradients of its own, and passes those of ops on', async () => {
    const p = backend().tensor([1, 2, 3]);
    const outer = valueAndGrad((p: Tensor) => {
      const inner = valueAndGrad((q: Tensor) => sum(multiply(q, multiply(q, q))))(p);
      return sum(multiply(inner.gradients, inner.gradients)); // Σ (3q²)²
    })(p);
    expect(await outer.gradients.data()).toEqual(Float32Array.of(36, 288, 972));
  });
});

describe('the kernels that run', () => {
  /** The ops that are launched, in their order. */
  function opsOf(fn: () => unknown): string[] {
    using watch = watchLaunches(backend());
    fn();
    return watch.launches.map(({ op }) => op);
  }

  test('cross-entropy and its gradient are one kernel, and the sum over rows', () => {
    const logits = backend().zeros([8, 10]);
    const labels = backend().tensor(new Int32Array(8));
    const grad = valueAndGrad((p: Tensor) => crossEntropy(p, labels));
    expect(opsOf(() => grad(logits)).filter((op) => op !== 'full')).toEqual(['crossEntropy', 'crossEntropy']);
  });

  test('batch-norm goes back by its own backward pass, and where nobody asks for a gradient none is made', () => {
    const [v, gamma] = [backend().full([8, 3], 2), backend().full([3], 1)];
    const launched = opsOf(() => valueAndGrad((p: Tensor) => sum(batchNormTrain(v, { gamma: p }).y))(gamma));
    expect(new Set(launched)).toEqual(new Set(['batchNormTrain', 'sum', 'full', 'batchNormBackward']));
    const product = opsOf(() => valueAndGrad((p: Tensor) => sum(matmul(v, p)))(backend().zeros([3, 2])));
    expect(product.filter((op) => op === 'matmul')).toHaveLength(2);
  });
});

describe('bad input', () => {
  const p = () => backend().zeros([2, 3]);
  const run = (fn: unknown, parameters: unknown) => () =>
    (valueAndGrad as (fn: unknown) => (parameters: unknown) => unknown)(fn)(parameters);

  test('a function that is none, or returns no scalar', () => {
    expect(run(undefined, p())).toThrow('valueAndGrad: fn is undefined, expected a function');
    expect(run((v: Tensor) => softmax(v), p())).toThrow(
      'valueAndGrad: value is a f32 tensor [2, 3], expected a scalar',
    );
    expect(run((v: Tensor) => sum(argmax(v, { axis: -1 }).cast('f32')).cast('i32'), p())).toThrow(
      'valueAndGrad: value is i32, expected f32 or f16',
    );
    expect(run(() => 3, p())).toThrow('valueAndGrad: fn returned number, expected a scalar tensor or { value, aux }');
    expect(run(async () => backend().zeros([]), p())).toThrow(
      'valueAndGrad: fn returned a promise, expected a synchronous function',
    );
  });

  test('parameters that are no tensors, of integers, gone, or twice the same', () => {
    expect(run(sum, {})).toThrow('valueAndGrad: parameters hold no tensor, expected at least one');
    expect(run(sum, { w: [p(), 3] })).toThrow('valueAndGrad: parameters.w[1] is number, expected a tensor');
    expect(run(sum, { n: backend().zeros([2], 'i32') })).toThrow(
      'valueAndGrad: parameters.n is i32, expected f32 or f16: integers have no gradient',
    );
    const gone = p();
    gone.dispose();
    expect(run(sum, gone)).toThrow('valueAndGrad: parameters [2, 3] was disposed of');
    const one = p();
    expect(run(sum, [one, one])).toThrow(
      'valueAndGrad: parameters[1] is the same tensor as parameters[0], expected each tensor once',
    );
  });

  test('a gradient that there is none of, asked for', () => {
    const [logits, labels] = [p(), backend().zeros([2], 'i32')];
    const targets = { logits, targets: backend().full([2, 3], 0.5) };
    expect(run((v: typeof targets) => crossEntropy(v.logits, v.targets), targets)).toThrow(
      'valueAndGrad: crossEntropy has no gradient with respect to targets',
    );
    expect(run((v: Tensor) => sum(crossEntropyBackward(v, labels)), p())).toThrow(
      'valueAndGrad: crossEntropyBackward has no gradient',
    );
    expect(run((v: Tensor) => crossEntropyWithGradient(add(v, v), labels, { inPlace: true }).loss, p())).toThrow(
      'crossEntropyWithGradient: inPlace within valueAndGrad, which may still need the logits, expected false',
    );
  });

  test('loses nothing: what failed is let go, and the next call is right', async () => {
    const one = backend().tensor([2]);
    const { liveBytes } = backend().memory();
    expect(run((v: Tensor) => softmax(multiply(v, v)), one)).toThrow('expected a scalar');
    expect(backend().memory().liveBytes).toBe(liveBytes);
    const { gradients } = valueAndGrad((v: Tensor) => sum(multiply(v, v)))(one);
    expect(await gradients.data()).toEqual(Float32Array.of(4));
  });
});

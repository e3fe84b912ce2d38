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
  slice,
  softmax,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { errorOf, gradientsOf, slopesOf } from '../gradient_support.ts';
import { composed, ENDS, OF_OPS, OTHERS, parametersOf, STEPS } from '../gradient_trials.ts';
import { useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();

/** The permitted difference of f32 gradients and float64 central differences, relative to the largest component. */
const TOLERANCE = 1e-5;

describe('the gradient matches central differences of the reference in float64', () => {
  test.each([...OF_OPS, ...OTHERS])('%s', async (_, parameters, fn) => {
    const slopes = slopesOf(fn, parameters);
    expect(slopes, 'a kink within a step').toBeDefined();
    const { gradients } = await gradientsOf(backend(), fn, parameters);
    expect(errorOf(gradients, slopes as NonNullable<typeof slopes>)).toBeLessThan(TOLERANCE);
  });
});

test('so does the gradient of any composition of up to eight ops', { timeout: 300_000 }, async () => {
  const steps = fc.array(fc.record({ name: fc.constantFrom(...STEPS.keys()), back: fc.nat(7) }), {
    minLength: 1,
    maxLength: 7,
  });
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...ENDS.keys()), fc.nat(2 ** 16), async (list, end, seed) => {
      const parameters = parametersOf(seed);
      const fn = composed(list, end);
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
  test('are a tensor, or nested arrays and records of tensors, and gradients have the same structure', async () => {
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

  test('that do not affect the value have a gradient of exactly 0', async () => {
    const [used, unused] = [backend().full([3], 2), backend().full([2, 2], 5)];
    const { gradients } = valueAndGrad((p: { used: Tensor; unused: Tensor }) => sum(p.used))({ used, unused });
    expect(await gradients.unused.data()).toEqual(new Float32Array(4));
    expect(gradients.unused.shape).toEqual([2, 2]);
    const constant = valueAndGrad((_: Tensor) => backend().full([], 3))(used);
    expect(await constant.gradients.data()).toEqual(new Float32Array(3));
  });

  test('reached only through argmax or hardmax have a gradient of 0', async () => {
    const p = backend().tensor([1, 3, 2, 0, 5, 4], [2, 3]);
    const { gradients } = valueAndGrad((p: Tensor) =>
      sum(multiply(hardmax(p), argmax(p, { axis: -1, keepDims: true }).cast('f32'))),
    )(p);
    expect(await gradients.data()).toEqual(new Float32Array(6));
  });

  test('are not changed, and further arguments are passed on without a gradient', async () => {
    const [w, v] = [backend().tensor([1, 2]), backend().tensor([3, 4])];
    const { value, gradients } = valueAndGrad((p: Tensor, data: Tensor, times: number) =>
      multiply(sum(multiply(p, data)), backend().full([], times)),
    )(w, v, 10);
    expect([await value.item(), ...(await gradients.data())]).toEqual([110, 30, 40]);
    expect(await w.data()).toEqual(Float32Array.of(1, 2));
  });

  test('of dtype f16 have gradients of dtype f16', async () => {
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
  test('comes with the auxiliary results that fn returns', async () => {
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

  test('frees every intermediate tensor, and nothing else', async () => {
    const p = backend().full([64, 64], 0.5);
    const { liveBytes } = backend().memory();
    const { value, gradients } = valueAndGrad((p: Tensor) => mean(relu(matmul(softmax(p), p))))(p);
    expect(backend().memory().liveBytes - liveBytes).toBe(value.storage.bytes + gradients.storage.bytes);
    value.dispose();
    gradients.dispose();
    expect(backend().memory().liveBytes).toBe(liveBytes);
    await backend().sync();
  });

  test('may depend on tensors that fn disposes of before the backward pass', async () => {
    const p = backend().tensor([1, 2]);
    const { gradients } = valueAndGrad((p: Tensor) => {
      using square = multiply(p, p);
      return backend().scope(() => sum(multiply(square, p)));
    })(p);
    expect(await gradients.data()).toEqual(Float32Array.of(3, 12));
  });

  test('may contain the gradients of an inner value', async () => {
    const p = backend().tensor([1, 2, 3]);
    const outer = valueAndGrad((p: Tensor) => {
      const inner = valueAndGrad((q: Tensor) => sum(multiply(q, multiply(q, q))))(p);
      return sum(multiply(inner.gradients, inner.gradients)); // Σ (3q²)²
    })(p);
    expect(await outer.gradients.data()).toEqual(Float32Array.of(36, 288, 972));
  });
});

test.each<[string, (x: Tensor) => Tensor, number[]]>([
  // (Σx)² has the gradient 2Σx everywhere, (Σx/n)² has 2Σx/n², and Σ(x_1² + x_2²) has 2x in the middle.
  ['sum', (v) => multiply(sum(v), sum(v)), [20, 20, 20, 20]],
  ['mean', (v) => multiply(mean(v), mean(v)), [1.25, 1.25, 1.25, 1.25]],
  ['slice', (v) => sum(multiply(slice(v, [1], [2]), slice(v, [1], [2]))), [0, 4, 6, 0]],
])('the gradient of %s is differentiable', async (_, fn, expected) => {
  const x = backend().tensor([5, 7, 9, 11]);
  const factors = backend().tensor([1, 2, 3, 4]);
  const { gradients } = valueAndGrad((v: Tensor) => sum(multiply(valueAndGrad(fn)(v).gradients, factors)))(x);
  expect([...(await gradients.data())]).toEqual(expected);
});

describe('the kernels that run', () => {
  /** The ops that are launched, in order. */
  function opsOf(fn: () => unknown): string[] {
    using watch = watchLaunches(backend());
    fn();
    return watch.launches.map(({ op }) => op);
  }

  test('cross-entropy and its gradient take one kernel, and one for the sum over rows', () => {
    const logits = backend().zeros([8, 10]);
    const labels = backend().tensor(new Int32Array(8));
    const grad = valueAndGrad((p: Tensor) => crossEntropy(p, labels));
    expect(opsOf(() => grad(logits)).filter((op) => op !== 'full')).toEqual(['crossEntropy', 'crossEntropy']);
  });

  test('batchNormTrain has a fused backward pass, and gradients that are not requested are not computed', () => {
    const [v, gamma] = [backend().full([8, 3], 2), backend().full([3], 1)];
    const launched = opsOf(() => valueAndGrad((p: Tensor) => sum(batchNormTrain(v, { gamma: p }).y))(gamma));
    expect(new Set(launched)).toEqual(new Set(['batchNormTrain', 'sum', 'full', 'batchNormBackward']));
    const product = opsOf(() => valueAndGrad((p: Tensor) => sum(matmul(v, p)))(backend().zeros([3, 2])));
    expect(product.filter((op) => op === 'matmul')).toHaveLength(2);
  });
});

describe('invalid input', () => {
  const p = () => backend().zeros([2, 3]);
  const run = (fn: unknown, parameters: unknown) => () =>
    (valueAndGrad as (fn: unknown) => (parameters: unknown) => unknown)(fn)(parameters);

  test('a value that is not a function, or a function that does not return a scalar', () => {
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

  test('parameters that are not tensors, or are integers, disposed of or repeated', () => {
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

  test('ops without a gradient', () => {
    const [logits, labels] = [p(), backend().zeros([2], 'i32')];
    const targets = { logits, targets: backend().full([2, 3], 0.5) };
    expect(run((v: typeof targets) => crossEntropy(v.logits, v.targets), targets)).toThrow(
      'valueAndGrad: crossEntropy has no gradient with respect to targets',
    );
    expect(run((v: typeof targets) => sum(crossEntropyBackward(v.logits, v.targets)), targets)).toThrow(
      'valueAndGrad: crossEntropyBackward has no gradient with respect to targets',
    );
    expect(run((v: Tensor) => crossEntropyWithGradient(add(v, v), labels, { inPlace: true }).loss, p())).toThrow(
      'crossEntropyWithGradient: inPlace within valueAndGrad, which may still need the logits, expected false',
    );
  });

  test('frees its tensors, and the next call works', async () => {
    const one = backend().tensor([2]);
    const { liveBytes } = backend().memory();
    expect(run((v: Tensor) => softmax(multiply(v, v)), one)).toThrow('expected a scalar');
    expect(backend().memory().liveBytes).toBe(liveBytes);
    const { gradients } = valueAndGrad((v: Tensor) => sum(multiply(v, v)))(one);
    expect(await gradients.data()).toEqual(Float32Array.of(4));
  });
});

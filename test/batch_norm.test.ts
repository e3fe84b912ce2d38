import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, createBackend, type Tensor } from '../src/node.ts';
import { batchNormBackward } from '../src/ops/batch_norm_backward.ts';
import { batchNormStats, batchNormStatsFromState, mergeBatchNormStats } from '../src/ops/batch_norm_stats.ts';
import { batchNormInference, batchNormTrain } from '../src/ops/batch_norm_train.ts';
import type { Machine } from '../src/plan/machine.ts';
import * as judge from '../src/reference/index.ts';

let backend: Backend;
let own: Machine;
beforeAll(async () => {
  backend = await createBackend();
  own = backend.runtime.machine;
});
afterAll(() => backend.dispose());

/** Runs `fn` as if the adapter were another: plans for GPUs and small bindings run on any. */
async function on<T>(machine: Partial<Machine>, fn: () => Promise<T>): Promise<T> {
  const runtime = backend.runtime as { machine: Machine };
  runtime.machine = { ...own, ...machine };
  try {
    return await fn();
  } finally {
    runtime.machine = own;
  }
}

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed + 0.5) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
const fill = (shape: readonly number[], value: (i: number) => number) => ({
  shape: [...shape],
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
});
type Plain = ReturnType<typeof fill>;
const upload = ({ data, shape }: Plain) => backend.tensor(data, shape);
const floats = async (tensor: Tensor) => (await tensor.data()) as Float32Array;

/** The most that `actual` is off, in shares of what is allowed at each place. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, allowed: (i: number) => number): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!) / Math.max(allowed(i), Number.MIN_VALUE);
    if (!(off <= most)) most = off;
  }
  return most;
}

/** The channel of each element. */
function channelOf(shape: readonly number[], axis: number): (i: number) => number {
  const inner = sizeOf(shape.slice(axis + 1));
  return (i) => Math.floor(i / inner) % shape[axis]!;
}

/** Everything that training computes, against the judge. @returns shares of what is allowed */
async function train(x: Plain, channelAxis: number, affine = true): Promise<Record<string, number>> {
  const axis = channelAxis < 0 ? channelAxis + x.shape.length : channelAxis;
  const channels = x.shape[axis]!;
  const dy = fill(x.shape, normal);
  const gamma = affine ? fill([channels], () => 1 + random()) : undefined;
  const beta = affine ? fill([channels], normal) : undefined;
  const trueStats = judge.batchNormStats(x, { channelAxis });
  const forward = judge.batchNormTrain(x, { channelAxis, ...(gamma && { gamma }), ...(beta && { beta }) });
  const plain = judge.batchNormTrain(x, { channelAxis }).y.data;
  const gradients = judge.batchNormBackward(x, dy, forward.saved, { channelAxis, ...(gamma && { gamma }) });

  const tensors = {
    x: upload(x),
    dy: upload(dy),
    ...(gamma && { gamma: upload(gamma) }),
    ...(beta && { beta: upload(beta) }),
  };
  const { x: xs, dy: dys, ...parameters } = tensors;
  const stats = batchNormStats(xs, { channelAxis });
  const { y, saved } = batchNormTrain(xs, { channelAxis, ...parameters });
  const { dx, dGamma, dBeta } = batchNormBackward(xs, dys, saved, { channelAxis, ...parameters });
  const state = await floats(stats.state);
  const mean = await floats(stats.mean);

  const c = channelOf(x.shape, axis);
  const g = (i: number) => gamma?.data[c(i)] ?? 1;
  const sums = { dy: new Float64Array(channels), dyXHat: new Float64Array(channels) };
  dy.data.forEach((d, i) => {
    sums.dy[c(i)]! += Math.abs(d);
    sums.dyXHat[c(i)]! += Math.abs(d) * (1 + Math.abs(plain[i]!));
  });
  const std = (i: number) => Math.sqrt(trueStats.variance.data[i] as number);
  const n = trueStats.count;
  const errors = {
    variance: worst(await floats(stats.variance), trueStats.variance.data as Float64Array, (i) => 1e-6 * std(i) ** 2),
    mean: worst(mean, trueStats.mean.data as Float64Array, (i) => 1e-7 * Math.abs(mean[i]!) + 1e-6 * std(i)),
    wholeMean: worst(
      Float64Array.from(mean, (m, i) => m + state[3 * channels + i]!),
      trueStats.mean.data as Float64Array,
      (i) => 5e-7 * (std(i) + 1e-5 * Math.abs(mean[i]!)),
    ),
    y: worst(
      await floats(y),
      forward.y.data,
      (i) => 1e-6 * ((1 + Math.abs(plain[i]!)) * g(i) + Math.abs(beta?.data[c(i)] ?? 0)),
    ),
    dx: worst(await floats(dx), gradients.dx.data, (i) => {
      const xHat = 1 + Math.abs(plain[i]!);
      const pull = (sums.dy[c(i)]! + xHat * sums.dyXHat[c(i)]!) / n;
      return 1e-6 * g(i) * forward.saved.rstd.data[c(i)]! * (Math.abs(dy.data[i]!) + pull);
    }),
    dGamma: worst(await floats(dGamma), gradients.dGamma.data, (i) => 1e-6 * sums.dyXHat[i]!),
    dBeta: worst(await floats(dBeta), gradients.dBeta.data, (i) => 1e-6 * sums.dy[i]!),
  };
  for (const tensor of [xs, dys, y, dx, dGamma, dBeta, stats, saved, ...Object.values(parameters)]) tensor.dispose();
  return errors;
}

function expectSmall(errors: Record<string, number>): void {
  for (const [name, share] of Object.entries(errors))
    expect(share, `${name}, in shares of what is allowed`).toBeLessThan(1);
}

const SHAPES: [shape: number[], axis: number][] = [
  [[2, 1], 1],
  [[2, 5], 1],
  [[300, 12], 1],
  [[1, 3, 2], 1],
  [[2, 3, 1, 1], 1],
  [[4, 6, 6, 8], -1],
  [[7, 5, 3], 0],
  [[3, 1, 1023], 1],
  [[3, 5000], -1],
];
const AS_PLANNED: typeof SHAPES = [
  [[37, 3], 1],
  [[1031, 7], 1],
  [[5, 3, 7, 7], 1],
  [[4, 6, 6, 8], 1],
  [[2, 2, 5003], 1],
];
// Barriers are slow to compile and to run on a processor: few shapes there.
const FOLDED: typeof SHAPES = [
  [[1031, 7], 1],
  [[5, 3, 7, 7], 1],
  [[2, 2, 5003], 1],
];
const MACHINES: [name: string, machine: () => Partial<Machine>, shapes: typeof SHAPES][] = [
  ['its own plans', () => ({}), [...SHAPES, ...AS_PLANNED]],
  ['plans for a GPU', () => ({ kind: 'gpu' }), AS_PLANNED],
  ['plans for a GPU without subgroups', () => ({ kind: 'gpu', subgroup: undefined }), FOLDED],
  ['plans without subgroups', () => ({ subgroup: undefined }), FOLDED],
];

describe.each(MACHINES)('batch-norm by %s', (_, machine, shapes) => {
  test.each(shapes)('%j, channels on axis %d', async (shape, axis) => {
    const c = channelOf(shape, axis < 0 ? axis + shape.length : axis);
    const x = fill(shape, (i) => 1e4 * (c(i) % 3) + (i === 0 ? 1000 : 0) + normal());
    expectSmall(await on(machine(), () => train(x, axis, sizeOf(shape) % 2 === 0)));
  });
});

test.each([
  [[2, 2, 5003], 1],
  [[5003, 7], 1],
  [[5003, 8], -1],
  [[30, 4, 20, 20], 1],
])('windows over %j, channels on axis %d', async (shape, axis) => {
  const x = fill(shape, (i) => (i === 0 ? 1000 : 0) + normal());
  expectSmall(await on({ maxBindingBytes: 49152 }, () => train(x, axis)));
});

describe('hostile channels', () => {
  const values: [name: string, value: (j: number) => number][] = [
    ['mean/std = 1e4', () => 1e4 + normal()],
    ['a first element 1,000 std away', (j) => (j === 0 ? 1000 : 0) + normal()],
    ['both', (j) => 1e4 + (j === 0 ? 1000 : 0) + normal()],
    ['0 once, 1000 ± 1 elsewhere', (j) => (j === 0 ? 0 : 1000 + (random() < 0.5 ? -1 : 1))],
  ];
  test.each([
    [[1, 4, 1_000_000], 1],
    [[65_536, 4], 1],
  ])('%j', async (shape, axis) => {
    const c = channelOf(shape, axis);
    const step = shape.length === 2 ? 4 : 1;
    const x = fill(shape, (i) => values[c(i)]![1](step === 4 ? Math.floor(i / 4) : i % 1_000_000));
    expectSmall(await train(x, axis));
  });

  test('a constant channel has variance 0 and its own value as mean', async () => {
    const constants = [0, 0.1, -3.7, 1e-20, 123456.789, 1e15].map(Math.fround);
    for (const shape of [
      [1000, 6],
      [3, 6, 1001],
      [2, 6, 8192],
    ]) {
      const c = channelOf(shape, 1);
      const x = fill(shape, (i) => constants[c(i)]!);
      using stats = batchNormStats(upload(x));
      const state = await floats(stats.state);
      const row = (k: number) => [...state.slice(6 * k, 6 * k + 6)];
      expect([row(1), row(2), row(3)]).toEqual([constants, Array(6).fill(0), Array(6).fill(0)]);
      expect([...(await floats(stats.variance))]).toEqual(Array(6).fill(0));
    }
  });

  test('a constant channel sends back as the judge does, however large it is', async () => {
    for (const value of [1e30, 1e38, -3.4028234663852886e38]) {
      const [X, DY] = [
        { shape: [2, 1], data: [value, value] },
        { shape: [2, 1], data: [1, 0.25] },
      ];
      const [x, dy] = [backend.full([2, 1], value), backend.tensor(DY.data, DY.shape)];
      const { saved } = batchNormTrain(x);
      const { dx, dGamma } = batchNormBackward(x, dy, saved);
      const truth = judge.batchNormBackward(X, DY, judge.batchNormTrain(X).saved);
      const actual = await dx.data();
      for (const [i, expected] of truth.dx.data.entries()) expect(actual[i]).toBeCloseTo(expected, 3);
      expect(await dGamma.item()).toBe(0);
    }
  });

  test('what is not finite makes its channel NaN, and no other', async () => {
    for (const shape of [
      [40, 5],
      [3, 5, 6, 6],
      [2, 5, 3001],
    ]) {
      const clean = fill(shape, normal);
      const c = channelOf(shape, 1);
      const dirty = { shape, data: clean.data.slice() };
      const at = (channel: number) => clean.data.findLastIndex((_, i) => c(i) === channel);
      dirty.data[at(1)] = Number.NaN;
      dirty.data[at(2)] = Number.POSITIVE_INFINITY;
      dirty.data[at(4)] = Number.NEGATIVE_INFINITY;
      const results = [];
      for (const x of [clean, dirty].map(upload)) {
        const { y, saved } = batchNormTrain(x);
        const { dx, dGamma, dBeta } = batchNormBackward(x, upload(clean), saved);
        results.push({
          perChannel: await Promise.all([saved.mean, saved.variance, dGamma].map(floats)),
          perElement: await Promise.all([y, dx].map(floats)),
          dBeta: await floats(dBeta),
        });
      }
      const [expected, actual] = results;
      const spoil = (value: number, channel: number) => ([1, 2, 4].includes(channel) ? Number.NaN : value);
      expect(actual!.perChannel).toEqual(expected!.perChannel.map((row) => row.map(spoil)));
      expect(actual!.perElement).toEqual(expected!.perElement.map((all) => all.map((value, i) => spoil(value, c(i)))));
      expect(actual!.dBeta).toEqual(expected!.dBeta);
    }
  });
});

test('the same inputs give the same bits, 20 times', async () => {
  for (const shape of [
    [900, 10],
    [2, 3, 4096],
  ]) {
    const x = upload(fill(shape, normal));
    const run = () =>
      backend.scope(() => {
        const { y, saved } = batchNormTrain(x);
        const { dx, dGamma } = batchNormBackward(x, x, saved);
        return [y, saved.mean, saved.tail, saved.variance, dx, dGamma];
      });
    const first = await Promise.all(run().map(floats));
    for (let i = 1; i < 20; i++) {
      const again = await Promise.all(run().map(floats));
      expect(again.map(({ buffer }, k) => Buffer.compare(Buffer.from(buffer), Buffer.from(first[k]!.buffer)))).toEqual(
        first.map(() => 0),
      );
    }
  }
});

describe('exchanged statistics', () => {
  const channels = 3;
  const part = (rows: number, offset: number) => fill([rows, channels], () => offset + normal());
  const whole = (parts: Plain[]) => {
    const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
    return { shape: [rows, channels], data: Float32Array.from(parts.flatMap(({ data }) => [...data])) };
  };

  test('merge exactly, of unequal and zero counts', async () => {
    const parts = [part(0, 0), part(1, 1e4), part(700, 1e4), part(0, 0), part(33, 1e4 + 5)];
    const stats = parts.map((each) => batchNormStats(upload(each)));
    expect([...(await floats(stats[0]!.mean)), ...(await floats(stats[0]!.variance))]).toEqual([
      0,
      0,
      0,
      NaN,
      NaN,
      NaN,
    ]);
    const merged = mergeBatchNormStats(stats);
    const expected = judge.batchNormStats(whole(parts));
    expect(merged.count).toBe(734);
    const state = await floats(merged.state);
    const mean = [0, 1, 2].map((c) => state[3 + c]! + state[9 + c]!);
    expect(
      worst(
        await floats(merged.variance),
        expected.variance.data as Float64Array,
        (i) => 1e-6 * (expected.variance.data[i] as number),
      ),
    ).toBeLessThan(1);
    expect(worst(mean, expected.mean.data as Float64Array, () => 1e-6)).toBeLessThan(1);
    expect([...state.slice(0, 3)]).toEqual([734, 734, 734]);
  });

  test('of nothing are nothing', async () => {
    const merged = mergeBatchNormStats([batchNormStats(upload(part(0, 0)))]);
    expect(merged.count).toBe(0);
    expect([...(await floats(merged.variance))]).toEqual([NaN, NaN, NaN]);
    expect([...(await floats(merged.state))]).toEqual(Array(12).fill(0));
  });

  test('go through the host and back, and normalise as the whole does', async () => {
    const parts = [part(50, 1e4), part(7, 1e4 + 2)];
    const received = [];
    for (const each of parts) {
      const { state, count } = batchNormStats(upload(each));
      received.push(batchNormStatsFromState(backend.tensor(await state.data(), [4, channels]), count));
    }
    const x = upload(parts[0]!);
    const { y, saved } = batchNormTrain(x, { stats: mergeBatchNormStats(received) });
    const expected = judge.batchNormTrain(parts[0]!, { stats: judge.batchNormStats(whole(parts)) });
    expect(saved.count).toBe(57);
    expect(worst(await floats(y), expected.y.data, (i) => 1e-6 * (1 + Math.abs(expected.y.data[i]!)))).toBeLessThan(1);
  });

  test('without a tail, and with another count than they say', async () => {
    const state = backend.tensor([5, 5, 10, -2, 6, 0], [3, 2]);
    const stats = batchNormStatsFromState(state, 4);
    expect([...(await floats(stats.state))]).toEqual([4, 4, 10, -2, 6, 0, 0, 0]);
    expect([...(await floats(stats.variance))]).toEqual([1.5, 0]);
    const empty = batchNormStatsFromState(backend.tensor([1, NaN, 3, 4], [4, 1]), 0);
    expect([...(await floats(empty.state))]).toEqual([0, 0, 0, 0]);
  });
});

describe('running statistics', () => {
  const x = fill([6, 2, 2], (i) => i + normal());

  test.each(['unbiased', 'biased'] as const)('%s', async (runningVarianceKind) => {
    const both = backend.tensor([1, -1, 2, 3]);
    const [runningMean, runningVariance] = [both.view(0, [2]), both.view(2, [2])];
    batchNormTrain(upload(x), { runningMean, runningVariance, runningVarianceKind, momentum: 0.25 });
    const expected = { runningMean: fill([2], (i) => [1, -1][i]!), runningVariance: fill([2], (i) => 2 + i) };
    judge.batchNormTrain(x, { ...expected, runningVarianceKind, momentum: 0.25 });
    const truth = [...expected.runningMean.data, ...expected.runningVariance.data];
    expect(worst(await floats(both), truth, (i) => 1e-6 * Math.abs(truth[i]!))).toBeLessThan(1);
  });

  test('one of them alone, and neither for an empty batch', async () => {
    const runningVariance = backend.full([2], 1);
    batchNormTrain(upload(x), { runningVariance });
    expect((await floats(runningVariance))[0]).not.toBe(1);
    const runningMean = backend.full([2], 7);
    const { y, saved } = batchNormTrain(backend.zeros([0, 2]), { runningMean });
    expect([y.shape, saved.count, ...(await floats(runningMean))]).toEqual([[0, 2], 0, 7, 7]);
    const { dx, dGamma } = batchNormBackward(y, y, saved);
    expect([dx.shape, ...(await floats(dGamma))]).toEqual([[0, 2], 0, 0]);
  });
});

describe('inference', () => {
  test.each<[number[], number, string[]]>([
    [[9, 8], 1, ['gamma', 'beta']],
    [[9, 7], 1, ['gamma']],
    [[2, 8, 3, 4], 1, ['beta']],
    [[2, 5, 3, 3], 1, []],
    [[2, 3, 3, 12], -1, ['gamma', 'beta']],
  ])('%j, channels on axis %d, with %j', async (shape, channelAxis, given) => {
    const channels = shape.at(channelAxis)!;
    const x = fill(shape, normal);
    x.data[0] = Number.POSITIVE_INFINITY;
    x.data[1] = Number.NaN;
    const parameters = { gamma: fill([channels], normal), beta: fill([channels], normal) };
    const options = {
      mean: fill([channels], normal),
      variance: fill([channels], () => random() + 0.1),
      ...Object.fromEntries(Object.entries(parameters).filter(([name]) => given.includes(name))),
    };
    const expected = judge.batchNormInference(x, { ...options, channelAxis }).data;
    // Views that start anywhere: nothing is aligned.
    const shifted = (plain: Plain) => backend.tensor([0, ...plain.data]).view(1, plain.shape);
    for (const place of [upload, shifted]) {
      const tensors = Object.fromEntries(Object.entries(options).map(([name, plain]) => [name, place(plain)]));
      const y = await floats(
        batchNormInference(place(x), { ...(tensors as { mean: Tensor; variance: Tensor }), channelAxis }),
      );
      expect([y[0], y[1]]).toEqual([expected[0], NaN]);
      expect(worst(y.slice(2), expected.slice(2), (i) => 1e-6 * (1 + Math.abs(expected[i + 2]!)))).toBeLessThan(2);
    }
  });
});

test('memory comes back', async () => {
  const x = upload(fill([3000, 5], normal));
  const before = backend.memory().liveBytes;
  for (let i = 0; i < 3; i++) {
    const { y, saved } = batchNormTrain(x);
    const { dx, dGamma, dBeta } = batchNormBackward(x, x, saved);
    const stats = batchNormStats(x);
    const merged = mergeBatchNormStats([stats, stats]);
    for (const each of [y, saved, dx, dGamma, dBeta, stats, merged]) each.dispose();
  }
  expect(backend.memory().liveBytes).toBe(before);
  const kept = backend.scope(() => batchNormTrain(x).saved);
  expect((await floats(kept.mean)).length).toBe(5);
  kept.dispose();
  expect(backend.memory().liveBytes).toBe(before);
});

describe('bad input', () => {
  test('is named before anything is queued', async () => {
    const x = backend.zeros([4, 3]);
    const wrong = backend.zeros([4]);
    const whole = backend.zeros([3], 'i32');
    const gone = backend.zeros([3]);
    gone.dispose();
    const stats = batchNormStats(x);
    const { saved } = batchNormTrain(x);
    const other = await createBackend();
    const foreign = other.zeros([3]);
    const cases: [() => unknown, string][] = [
      [() => batchNormStats(wrong), 'batchNormStats: x is [4], expected [N, C] or [N, C, ...]'],
      [() => batchNormStats(x.cast('i32')), 'batchNormStats: x is i32, expected f32'],
      [
        () => batchNormStats(x, { channelAxis: 2 }),
        'batchNormStats: channelAxis is 2, expected a whole number in [-2, 1] for x [4, 3]',
      ],
      [
        () => batchNormTrain(backend.zeros([1, 5])),
        'batchNormTrain: x [1, 5] has one value per channel, expected at least 2 in training',
      ],
      [() => batchNormTrain(x, { gamma: wrong }), 'batchNormTrain: gamma is [4], expected [3]'],
      [() => batchNormTrain(x, { beta: whole }), 'batchNormTrain: beta is i32, expected f32'],
      [() => batchNormTrain(x, { runningMean: wrong }), 'batchNormTrain: runningMean is [4], expected [3]'],
      [() => batchNormTrain(x, { runningVariance: gone }), 'batchNormTrain: runningVariance [3] was disposed of'],
      [() => batchNormTrain(x, { gamma: foreign }), 'batchNormTrain: gamma belongs to another backend than x'],
      [() => batchNormTrain(x, { momentum: 1.5 }), 'batchNormTrain: momentum is 1.5, expected a number in [0, 1]'],
      [
        () => batchNormTrain(x, { epsilon: -1 }),
        'batchNormTrain: epsilon is -1, expected a number in [0, 3.4028234663852886e+38]',
      ],
      [
        () => batchNormTrain(x, { runningVarianceKind: 'sample' as 'biased' }),
        "batchNormTrain: runningVarianceKind is 'sample', expected 'unbiased' or 'biased'",
      ],
      [() => batchNormTrain(backend.zeros([4, 2]), { stats }), 'batchNormTrain: stats.mean is [3], expected [2]'],
      [
        () => batchNormTrain(x, { stats: { ...stats, count: 1 } }),
        'batchNormTrain: stats.count is 1, expected at least 2 values per channel in training',
      ],
      [
        () => batchNormInference(x, { mean: wrong, variance: gone }),
        'batchNormInference: variance [3] was disposed of',
      ],
      [() => batchNormInference(x, { mean: wrong, variance: wrong }), 'batchNormInference: mean is [4], expected [3]'],
      [
        () => batchNormInference(x, {} as { mean: Tensor; variance: Tensor }),
        'batchNormInference: mean is undefined, expected a tensor',
      ],
      [() => batchNormBackward(x, wrong, saved), 'batchNormBackward: dy is [4], expected [4, 3] like x'],
      [() => batchNormBackward(x, x, saved, { gamma: wrong }), 'batchNormBackward: gamma is [4], expected [3]'],
      [() => batchNormBackward(x, x, saved, { channelAxis: 0 }), 'batchNormBackward: saved.mean is [3], expected [4]'],
      [() => mergeBatchNormStats([]), 'mergeBatchNormStats: parts is empty, expected at least one'],
      [
        () => mergeBatchNormStats([stats, batchNormStats(backend.zeros([4, 2]))]),
        'mergeBatchNormStats: parts[1].state is [4, 2], expected [4, 3]',
      ],
      [
        () => batchNormStatsFromState(backend.zeros([2, 3]), 1),
        'batchNormStatsFromState: state is [2, 3], expected [4, C] or [3, C]',
      ],
      [
        () => batchNormStatsFromState(backend.zeros([4, 3]), 1.5),
        'batchNormStatsFromState: count is 1.5, expected a whole number in [0, 4294967295]',
      ],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    await other.dispose();
    stats.dispose();
    expect(() => mergeBatchNormStats([stats])).toThrow('mergeBatchNormStats: parts[0].state [4, 3] was disposed of');
    expect([...(await floats(batchNormStats(x).mean))]).toEqual([0, 0, 0]);
  });

  test('a row above the binding limit', async () => {
    await on({ maxBindingBytes: 4096 }, async () => {
      expect(() => batchNormTrain(backend.zeros([2, 3, 400]))).toThrow(
        'batchNormTrain: a row of 1200 elements takes 4800 bytes',
      );
    });
  });
});

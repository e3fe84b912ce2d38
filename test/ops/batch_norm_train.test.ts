import { describe, expect, test } from 'vitest';
import { batchNormBackward, batchNormStats, batchNormTrain, mergeBatchNormStats } from '../../src/index.ts';
import type { Machine } from '../../src/plan/machine.ts';
import * as reference from '../../src/reference/index.ts';
import {
  batchOf,
  channelOf,
  expectSmall,
  fill,
  floats,
  normal,
  on,
  random,
  sizeOf,
  train,
  uploadTo,
} from '../batch_norm_support.ts';
import { sameBits, useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

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
// Barriers are slow to compile and to run on a CPU, so these plans run few shapes.
const FOLDED: typeof SHAPES = [
  [[1031, 7], 1],
  [[5, 3, 7, 7], 1],
  [[2, 2, 5003], 1],
];
const MACHINES: [name: string, machine: () => Partial<Machine>, shapes: typeof SHAPES][] = [
  ['default plans', () => ({}), [...SHAPES, ...AS_PLANNED]],
  ['plans for a GPU', () => ({ kind: 'gpu' }), AS_PLANNED],
  ['plans for a GPU without subgroups', () => ({ kind: 'gpu', subgroup: undefined }), FOLDED],
  ['plans without subgroups', () => ({ subgroup: undefined }), FOLDED],
];

describe.each(MACHINES)('batch normalization with %s', (_, machine, shapes) => {
  test.each(shapes)('%j, channels on axis %d', async (shape, axis) => {
    const c = channelOf(shape, axis < 0 ? axis + shape.length : axis);
    const x = fill(shape, (i) => 1e4 * (c(i) % 3) + (i === 0 ? 1000 : 0) + normal());
    expectSmall(await on(backend(), machine(), () => train(batchOf(x, axis, sizeOf(shape) % 2 === 0), upload)));
  });
});

test.each([
  [[2, 2, 5003], 1],
  [[5003, 7], 1],
  [[5003, 8], -1],
  [[30, 4, 20, 20], 1],
])('windows over %j, channels on axis %d', async (shape, axis) => {
  const x = fill(shape, (i) => (i === 0 ? 1000 : 0) + normal());
  expectSmall(await on(backend(), { maxBindingBytes: 49152 }, () => train(batchOf(x, axis), upload)));
});

describe('ill-conditioned channels', () => {
  const values: [name: string, value: (j: number) => number][] = [
    ['mean/std = 1e4', () => 1e4 + normal()],
    ['first element 1,000 std from the mean', (j) => (j === 0 ? 1000 : 0) + normal()],
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
    expectSmall(await train(batchOf(x, axis), upload));
  });

  test('a constant channel has variance 0 and its value as mean', async () => {
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

  test('the gradients of a constant channel are the reference’s at any magnitude', async () => {
    for (const value of [1e30, 1e38, -3.4028234663852886e38]) {
      const [X, DY] = [
        { shape: [2, 1], data: [value, value] },
        { shape: [2, 1], data: [1, 0.25] },
      ];
      const [x, dy] = [backend().full([2, 1], value), backend().tensor(DY.data, DY.shape)];
      const { saved } = batchNormTrain(x);
      const { dx, dGamma } = batchNormBackward(x, dy, saved);
      const truth = reference.batchNormBackward(X, DY, reference.batchNormTrain(X).saved);
      const actual = await dx.data();
      for (const [i, expected] of truth.dx.data.entries()) expect(actual[i]).toBeCloseTo(expected, 3);
      expect(await dGamma.item()).toBe(0);
    }
  });

  test('a non-finite value makes its channel NaN, and no other', async () => {
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

test('20 runs on the same inputs give the same bits', async () => {
  for (const shape of [
    [900, 10],
    [2, 3, 4096],
  ]) {
    const x = upload(fill(shape, normal));
    const run = () =>
      backend().scope(() => {
        const { y, saved } = batchNormTrain(x);
        const { dx, dGamma } = batchNormBackward(x, x, saved);
        return [y, saved.mean, saved.tail, saved.variance, dx, dGamma];
      });
    const first = await Promise.all(run().map(floats));
    for (let i = 1; i < 20; i++) {
      const again = await Promise.all(run().map(floats));
      expect(again.map((values, k) => sameBits(values, first[k]!))).toEqual(first.map(() => true));
    }
  }
});

test('all memory is released', async () => {
  const x = upload(fill([3000, 5], normal));
  const before = backend().memory().liveBytes;
  for (let i = 0; i < 3; i++) {
    const { y, saved } = batchNormTrain(x);
    const { dx, dGamma, dBeta } = batchNormBackward(x, x, saved);
    const stats = batchNormStats(x);
    const merged = mergeBatchNormStats([stats, stats]);
    for (const each of [y, saved, dx, dGamma, dBeta, stats, merged]) each.dispose();
  }
  expect(backend().memory().liveBytes).toBe(before);
  const kept = backend().scope(() => batchNormTrain(x).saved);
  expect((await floats(kept.mean)).length).toBe(5);
  kept.dispose();
  expect(backend().memory().liveBytes).toBe(before);
});

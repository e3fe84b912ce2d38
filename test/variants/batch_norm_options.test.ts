import { describe, expect, test } from 'vitest';
import type { FloatType } from '../../src/conformance/suite/half.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { batchNormBackward, batchNormInference, batchNormStats, batchNormTrain } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import {
  expectSmall,
  fill,
  floats,
  normal,
  type Plain,
  random,
  referenceOf,
  shiftedTo,
  uploadTo,
  worst,
  worstOf,
} from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

/** Every combination of the options of `batchNormTrain`. */
function* options() {
  for (const momentum of [0, 0.1, 1])
    for (const runningVarianceKind of ['unbiased', 'biased'] as const)
      for (const given of [false, true])
        for (const affine of [[], ['gamma'], ['beta'], ['gamma', 'beta']])
          for (const running of [[], ['runningMean'], ['runningVariance'], ['runningMean', 'runningVariance']])
            yield { momentum, runningVarianceKind, given, affine, running };
}

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

describe('every combination of options, forward and backward', () => {
  test.each<[string, FloatType, number[], number]>([
    ['[N, C]', 'f32', [6, 4], 1],
    ['[N, C, L]', 'f32', [4, 3, 8], 1],
    ['[N, L, C]', 'f32', [4, 5, 3], -1],
    ['[N, C]', 'f16', [6, 4], 1],
    ['[N, C, L]', 'f16', [4, 3, 8], 1],
    ['[N, L, C]', 'f16', [4, 5, 3], -1],
  ])('%s, %s: %j, channels on axis %d', async (_, dtype, shape, channelAxis) => {
    const channels = [shape.at(channelAxis)!];
    const [x, dy, other] = [fill(shape, normal, dtype), fill(shape, normal, dtype), fill(shape, normal, dtype)];
    const parameters = { gamma: fill(channels, () => 1 + random(), dtype), beta: fill(channels, normal, dtype) };
    const before = {
      runningMean: fill(channels, normal, dtype),
      runningVariance: fill(channels, () => 2 + random(), dtype),
    };
    const [xs, dys, stats] = [upload(x), upload(dy), batchNormStats(upload(other), { channelAxis })];
    const placed = { gamma: upload(parameters.gamma), beta: upload(parameters.beta) };
    for (const { momentum, runningVarianceKind, given, affine, running } of options()) {
      const common = { channelAxis, momentum, runningVarianceKind };
      const batch = { x, dy, channelAxis, ...pick(parameters, affine), ...(given && { statsOf: other }) };
      const { allowed, ...truth } = referenceOf(batch);
      const moved = pick(
        { runningMean: doubles(before.runningMean), runningVariance: doubles(before.runningVariance) },
        running,
      );
      reference.batchNormTrain(x, { ...common, ...moved, stats: truth.stats });
      const own = pick(placed, affine);
      const tensors = pick(
        { runningMean: upload(before.runningMean), runningVariance: upload(before.runningVariance) },
        running,
      );
      const { y, saved } = batchNormTrain(xs, { ...common, ...own, ...tensors, ...(given && { stats }) });
      const { dx, dGamma, dBeta } = batchNormBackward(xs, dys, saved, { channelAxis, ...pick(own, ['gamma']) });
      const errors = {
        y: await worstOf(y, truth.y, allowed.y),
        dx: await worstOf(dx, truth.dx, allowed.dx),
        dGamma: await worstOf(dGamma, truth.dGamma, allowed.dGamma),
        dBeta: await worstOf(dBeta, truth.dBeta, allowed.dBeta),
      };
      const what = JSON.stringify({ momentum, runningVarianceKind, given, affine, running });
      expectSmall(errors, what);
      for (const [name, tensor] of Object.entries(tensors)) {
        const { data } = moved[name]!;
        expectSmall({ [name]: await worstOf(tensor, data, (c) => 1e-6 * (1 + Math.abs(data[c]!))) }, what);
      }
    }
  });
});

function doubles({ shape, data }: Plain) {
  return { shape, data: Float64Array.from(data) };
}

describe('running statistics', () => {
  const x = () => upload(fill([6, 2, 2], (i) => i + normal()));

  test('are unchanged by an empty batch', async () => {
    const runningMean = backend().full([2], 7);
    const { y, saved } = batchNormTrain(backend().zeros([0, 2]), { runningMean });
    expect([y.shape, saved.count, ...(await floats(runningMean))]).toEqual([[0, 2], 0, 7, 7]);
    const { dx, dGamma } = batchNormBackward(y, y, saved);
    expect([dx.shape, ...(await floats(dGamma))]).toEqual([[0, 2], 0, 0]);
  });

  test('may share a buffer with all other operands', async () => {
    const host = [1, -1, 2, 3, 1.5, 2.5, 0.25, -0.25, ...fill([6, 2, 2], normal).data];
    const parts = (all: Tensor) => ({
      x: all.view(8, [6, 2, 2]),
      runningMean: all.view(0, [2]),
      runningVariance: all.view(2, [2]),
      gamma: all.view(4, [2]),
      beta: all.view(6, [2]),
    });
    const { device } = backend();
    for (const dtype of ['f32', 'f16'] as const) {
      const bytes = dtype === 'f16' ? 2 : 4;
      const apart = Object.fromEntries(
        Object.entries(parts(backend().tensor(host, [32], dtype))).map(([name, part]) => [name, part.cast(dtype)]),
      ) as ReturnType<typeof parts>;
      const { x: own, ...options } = apart;
      const expected = [batchNormTrain(own, options).y, options.runningMean, options.runningVariance];
      // Views of one tensor, and tensors on one borrowed buffer.
      const buffer = device.createBuffer({ size: 32 * bytes, usage: 0x80 | 0x4 | 0x8 });
      const borrowed = (start: number, shape: number[]) => backend().fromBuffer(buffer, shape, dtype, bytes * start);
      borrowed(0, [32]).write(host);
      const together = parts(backend().tensor(host, [32], dtype));
      const shared = Object.fromEntries(
        Object.entries(together).map(([name, part]) => [name, borrowed(part.byteOffset / bytes, [...part.shape])]),
      ) as typeof together;
      for (const { x: xs, ...views } of [together, shared]) {
        const actual = [batchNormTrain(xs, views).y, views.runningMean, views.runningVariance];
        for (const [i, tensor] of actual.entries()) expect(await floats(tensor)).toEqual(await floats(expected[i]!));
      }
    }
  });

  test('may share a buffer with the given statistics', async () => {
    const stats = batchNormStats(x());
    const all = backend().tensor([1, 1, ...(await floats(stats.mean)), ...(await floats(stats.variance))]);
    const within = { ...stats, mean: all.view(2, [2]), variance: all.view(4, [2]) };
    const alone = backend().tensor([1, 1]);
    const xs = x();
    const expected = batchNormTrain(xs, { stats, runningMean: alone }).y;
    const actual = batchNormTrain(xs, { stats: within, runningMean: all.view(0, [2]) }).y;
    expect(await floats(actual)).toEqual(await floats(expected));
    expect((await floats(all)).slice(0, 2)).toEqual(await floats(alone));
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
    const expected = reference.batchNormInference(x, { ...options, channelAxis }).data;
    // Views at odd offsets, so that nothing is aligned.
    for (const place of [upload, shiftedTo(backend, 1)]) {
      const tensors = Object.fromEntries(Object.entries(options).map(([name, plain]) => [name, place(plain)]));
      const y = await floats(
        batchNormInference(place(x), { ...(tensors as { mean: Tensor; variance: Tensor }), channelAxis }),
      );
      expect([y[0], y[1]]).toEqual([expected[0], NaN]);
      expect(worst(y.slice(2), expected.slice(2), (i) => 1e-6 * (1 + Math.abs(expected[i + 2]!)))).toBeLessThan(2);
    }
  });
});

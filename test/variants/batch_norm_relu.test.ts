import { describe, expect, test } from 'vitest';
import type { FloatType } from '../../src/conformance/suite/half.ts';
import {
  type Activation,
  batchNormBackward,
  batchNormInference,
  batchNormStats,
  batchNormTrain,
  relu,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { fill, floats, normal, random, referenceOf, uploadTo, worstOf } from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

const LAYOUTS: [string, FloatType, number[], number][] = (['f32', 'f16'] as const).flatMap((dtype) => [
  ['[N, C]', dtype, [300, 12], 1],
  ['[N, C] of an odd C', dtype, [77, 5], 1],
  ['[N, C, L]', dtype, [6, 3, 40], 1],
  ['[N, C, L] of an odd L', dtype, [6, 3, 41], 1],
  ['[N, L, C]', dtype, [4, 50, 8], -1],
]);

/** The bits of a tensor's values, which tell 0 from -0 and compare NaN with NaN. */
const bits = async (tensor: Parameters<typeof floats>[0]) => [...new Uint32Array((await floats(tensor)).buffer)];

describe("activation 'relu'", () => {
  test.each(LAYOUTS)('%s, %s: forward equals a separate relu, %j', async (_, dtype, shape, channelAxis) => {
    const channels = [shape.at(channelAxis)!];
    const x = upload(fill(shape, normal, dtype));
    const gamma = upload(fill(channels, (c) => (c % 3 === 2 ? -1 : 1) * (0.5 + random()), dtype));
    const beta = upload(fill(channels, normal, dtype));
    for (const own of [{}, { gamma }, { beta }, { gamma, beta }]) {
      const options = { channelAxis, ...own };
      const fused = batchNormTrain(x, { ...options, activation: 'relu' }).y;
      expect(await bits(fused)).toEqual(await bits(relu(batchNormTrain(x, options).y)));
      const { mean, variance } = batchNormStats(x, { channelAxis });
      const given = { ...options, mean, variance };
      const inferred = batchNormInference(x, { ...given, activation: 'relu' });
      expect(await bits(inferred)).toEqual(await bits(relu(batchNormInference(x, given))));
    }
  });

  test.each(LAYOUTS)('%s, %s: backward matches the reference, %j', async (_, dtype, shape, channelAxis) => {
    const channels = [shape.at(channelAxis)!];
    const [x, dy] = [fill(shape, normal, dtype), fill(shape, normal, dtype)];
    const affine = {
      gamma: fill(channels, (c) => (c % 3 === 2 ? -1 : 1) * (0.5 + random()), dtype),
      beta: fill(channels, normal, dtype),
    };
    const placed = { gamma: upload(affine.gamma), beta: upload(affine.beta) };
    const [xs, dys] = [upload(x), upload(dy)];
    for (const names of [[], ['gamma'], ['beta'], ['gamma', 'beta']] as const) {
      const pick = <T>(from: Record<'gamma' | 'beta', T>) =>
        Object.fromEntries(names.map((name) => [name, from[name]])) as { gamma?: T; beta?: T };
      const options = { channelAxis, activation: 'relu' as const };
      const { allowed } = referenceOf({ x, dy, channelAxis, ...pick(affine) });
      const truth = reference.batchNormBackward(x, dy, reference.batchNormTrain(x, { channelAxis }).saved, {
        ...options,
        ...pick(affine),
      });
      const { saved } = batchNormTrain(xs, { ...options, ...pick(placed) });
      const got = batchNormBackward(xs, dys, saved, { ...options, ...pick(placed) });
      // γ of either sign.
      const dxAllowed = (i: number) => Math.abs(allowed.dx(i));
      expect(await worstOf(got.dx, truth.dx.data, dxAllowed), `dx ${names}`).toBeLessThan(1);
      expect(await worstOf(got.dGamma, truth.dGamma.data, allowed.dGamma), `dGamma ${names}`).toBeLessThan(1);
      expect(await worstOf(got.dBeta, truth.dBeta.data, allowed.dBeta), `dBeta ${names}`).toBeLessThan(1);
    }
  });

  test('NaN stays NaN, and dy is ignored where relu returned 0, even if it is NaN', async () => {
    // One channel with NaN, one with infinities, one whose dy is NaN where relu returned 0, and one where it did not.
    const shape = [8, 4];
    const [x, dy] = [fill(shape, (i) => ((5 * i) % 7) - 3), fill(shape, () => 1)];
    x.data[0] = Number.NaN;
    [x.data[1], x.data[5]] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const stats = batchNormStats(upload(fill(shape, normal)));
    for (const given of [{}, { stats }]) {
      const y = batchNormTrain(upload(x), { ...given, activation: 'relu' }).y;
      expect(await bits(y)).toEqual(await bits(relu(batchNormTrain(upload(x), given).y)));
    }
    const values = await floats(batchNormTrain(upload(x), { activation: 'relu' }).y);
    const at = (channel: number, counts: boolean) =>
      [...values.keys()].find((i) => i % 4 === channel && values[i]! > 0 === counts)!;
    dy.data[at(2, false)] = Number.NaN;
    dy.data[at(3, true)] = Number.NaN;
    const xs = upload(x);
    const { saved } = batchNormTrain(xs);
    const { dx, dGamma, dBeta } = batchNormBackward(xs, upload(dy), saved, { activation: 'relu' });
    const finite = (data: Float32Array) => Array.from(data, Number.isFinite);
    expect(finite(await floats(dGamma))).toEqual([false, false, true, false]);
    // A channel of NaNs has no element above 0.
    expect([...(await floats(dBeta))].slice(0, 2)).toEqual([0, 0]);
    expect(finite(await floats(dBeta)).slice(2)).toEqual([true, false]);
    expect(finite(await floats(dx))).toEqual(
      shape.flatMap(() => []).concat(...Array(8).fill([false, false, true, false])),
    );
  });

  test('with given statistics, an infinite x gives a y of 0, whose dy is ignored, or of infinity', async () => {
    const shape = [4, 1];
    const x = upload(fill(shape, (i) => [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1][i]!));
    const stats = batchNormStats(upload(fill([16, 1], normal)));
    const options = { stats, activation: 'relu' } as const;
    const gamma = upload(fill([1], () => -1));
    const up = batchNormTrain(x, options);
    const down = batchNormTrain(x, { ...options, gamma });
    expect((await floats(up.y))[1]).toBe(Number.POSITIVE_INFINITY);
    expect((await floats(up.y))[2]).toBe(0);
    expect((await floats(down.y))[1]).toBe(0);
    expect((await floats(down.y))[2]).toBe(Number.POSITIVE_INFINITY);
    const dy = upload(fill(shape, (i) => [0, 10, 100, 0][i]!));
    expect(await floats(batchNormBackward(x, dy, up.saved, { activation: 'relu' }).dBeta)).toEqual(Float32Array.of(10));
    const turned = batchNormBackward(x, dy, down.saved, { gamma, activation: 'relu' });
    expect(await floats(turned.dBeta)).toEqual(Float32Array.of(100));
  });

  test('any other name is rejected', () => {
    const x = upload(fill([4, 2], normal));
    const activation = 'gelu' as Activation;
    const stats = batchNormStats(x);
    const { saved } = batchNormTrain(x);
    for (const [op, call] of [
      ['batchNormTrain', () => batchNormTrain(x, { activation })],
      ['batchNormInference', () => batchNormInference(x, { ...stats, activation })],
      ['batchNormBackward', () => batchNormBackward(x, x, saved, { activation })],
    ] as const) {
      expect(call).toThrow(`${op}: activation is 'gelu', expected 'none' or 'relu'`);
    }
  });
});

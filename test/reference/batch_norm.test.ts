import { describe, expect, test } from 'vitest';
import {
  batchNormBackward,
  batchNormInference,
  batchNormStats,
  batchNormTrain,
  concat,
  mergeBatchNormStats,
  slice,
} from '../../src/reference/index.ts';
import { expectClose, nd, normal, numericGradient } from './helpers.ts';

describe('batchNormTrain', () => {
  const x = nd([
    [1, 10],
    [2, 20],
    [6, 30],
  ]);

  test('y and the running statistics match PyTorch 2.13 in float64', () => {
    const runningMean = nd([0, 0]);
    const runningVariance = { shape: [2], data: [1, 1] };
    const { y } = batchNormTrain(x, { runningMean, runningVariance });
    expectClose(
      y.data.filter((_, i) => i % 2 === 0),
      [-0.9258191078240388, -0.4629095539120194, 1.388728661736058],
    );
    expectClose(
      y.data.filter((_, i) => i % 2 === 1),
      [-1.224744779535734, 0, 1.224744779535734],
    );
    expectClose(runningMean.data, [0.3, 2]);
    expectClose(runningVariance.data, [1.6, 10.9]);
  });

  test('momentum is the weight of the new value; the running variance is unbiased, or biased on request', () => {
    for (const [kind, divisor] of [
      ['unbiased', 2],
      ['biased', 3],
    ] as const) {
      const runningVariance = { shape: [2], data: new Float32Array([8, 8]) };
      batchNormTrain(x, { runningVariance, momentum: 0.25, runningVarianceKind: kind });
      expectClose(runningVariance.data, [6 + 3.5 / divisor, 6 + 50 / divisor], 1e-7);
    }
  });

  test('y has mean beta and standard deviation gamma', () => {
    const { y } = batchNormTrain(normal([50, 3, 4], { mean: 9 }), {
      gamma: nd([1, 2, 3]),
      beta: nd([4, 5, 6]),
      epsilon: 0,
    });
    const { mean, variance } = batchNormStats(y);
    expectClose(mean.data as Float64Array, [4, 5, 6]);
    expectClose(variance.data as Float64Array, [1, 4, 9]);
  });

  test('with merged statistics each part is normalized like the whole batch', () => {
    const whole = normal([10, 2], { seed: 5 });
    const [a, b] = [slice(whole, [0, 0], [3, 2]), slice(whole, [3, 0], [7, 2])];
    const stats = mergeBatchNormStats([batchNormStats(a), batchNormStats(b)]);
    const runningMean = nd([0, 0]);
    const parts = [a, b].map((part) => batchNormTrain(part, { stats, runningMean, momentum: 1 }).y);
    expectClose(concat(parts).data, batchNormTrain(whole).y.data);
    expectClose(runningMean.data, stats.mean.data as Float64Array);
    expect(batchNormTrain(nd([[1, 2]]), { stats }).y.shape).toEqual([1, 2]);
  });

  test('one element per channel is an error; an empty batch leaves the running statistics unchanged', () => {
    expect(() => batchNormTrain(nd([[1, 2, 3]]))).toThrow('batchNormTrain: x has one element per channel');
    const runningMean = nd([7, 7]);
    expect(batchNormTrain({ shape: [0, 2], data: [] }, { runningMean }).y.shape).toEqual([0, 2]);
    expect([...runningMean.data]).toEqual([7, 7]);
  });

  test('a constant channel becomes beta', () => {
    expect([...batchNormTrain(nd([[5], [5]]), { beta: nd([3]) }).y.data]).toEqual([3, 3]);
  });

  test('errors name arguments of the wrong shape', () => {
    expect(() => batchNormTrain(x, { gamma: nd([1]) })).toThrow('batchNormTrain: gamma is [1], expected [2]');
  });
});

describe('batchNormInference', () => {
  test('uses the given statistics, even for one element', () => {
    const y = batchNormInference(nd([[3, 5]]), {
      mean: nd([1, 1]),
      variance: nd([4, 16]),
      gamma: nd([10, 1]),
      beta: nd([0, 7]),
      epsilon: 0,
    });
    expect([...y.data]).toEqual([10, 8]);
  });

  test('equals training with the same statistics', () => {
    const x = normal([6, 2, 3]);
    const { mean, variance } = batchNormStats(x);
    expect(batchNormInference(x, { mean, variance })).toEqual(batchNormTrain(x).y);
  });
});

describe('batchNormBackward', () => {
  test.each([
    [[6, 3], 1],
    [[3, 2, 4], 1],
    [[2, 4, 3], -1],
  ])('is the derivative for x of %j with channels on axis %d', (shape, channelAxis) => {
    const channels = shape.at(channelAxis) as number;
    const x = normal(shape, { seed: 51, mean: 2 });
    const dy = normal(shape, { seed: 52 });
    const gamma = normal([channels], { seed: 53 });
    const beta = normal([channels], { seed: 54 });
    const { saved } = batchNormTrain(x, { gamma, beta, channelAxis });
    const { dx, dGamma, dBeta } = batchNormBackward(x, dy, saved, { gamma, channelAxis });
    const options = { gamma, beta, channelAxis };
    expectClose(
      dx.data,
      numericGradient((at) => batchNormTrain(at, options).y, x, dy),
      1e-8,
    );
    expectClose(
      dGamma.data,
      numericGradient((at) => batchNormTrain(x, { ...options, gamma: at }).y, gamma, dy),
      1e-8,
    );
    expectClose(
      dBeta.data,
      numericGradient((at) => batchNormTrain(x, { ...options, beta: at }).y, beta, dy),
      1e-8,
    );
  });

  test('dx is orthogonal to a vector of ones and to x̂ in each channel', () => {
    const x = normal([8, 1], { seed: 55 });
    const { y, saved } = batchNormTrain(x, { epsilon: 0 });
    const { dx } = batchNormBackward(x, normal([8, 1], { seed: 56 }), saved);
    const dot = (a: Float64Array): number => dx.data.reduce((sum, d, i) => sum + d * a[i]!, 0);
    expectClose([dot(new Float64Array(8).fill(1)), dot(y.data)], [0, 0]);
  });
});

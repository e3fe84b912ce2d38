import { describe, expect, test } from 'vitest';
import * as judge from '../../src/reference/index.ts';
import * as single from '../../src/reference/single.ts';
import { distributions, labels, normal } from './helpers.ts';

type Result = { data: ArrayLike<number> };

/** Every value is an f32, close to the judge's, and they are not all the judge's: the loop did round. */
function expectSingle(actual: Result, exact: Result, tolerance = 2e-6): void {
  const values = Float64Array.from(actual.data);
  const errors = values.map((a, i) => Math.abs(a - exact.data[i]!) / Math.max(1, Math.abs(exact.data[i]!)));
  expect(actual.data.length).toBe(exact.data.length);
  expect(values).toEqual(values.map(Math.fround));
  expect(errors.reduce((worst, e) => Math.max(worst, e), 0)).toBeLessThanOrEqual(tolerance);
  expect(errors.some((e) => e > 0)).toBe(true);
}

/** As stored in an f32 tensor. */
const stored = (x: judge.NdArray): judge.NdArray => ({
  shape: x.shape,
  data: Float32Array.from(x.data as Float64Array),
});

describe('the honest f32 loop', () => {
  const x = stored(normal([40, 300], { seed: 1, std: 3 }));
  const dy = stored(normal([40, 300], { seed: 2 }));
  const p = stored(distributions([40, 300]));
  const indices = labels(...Array.from({ length: 40 }, (_, i) => i * 7));
  const options = { labelSmoothing: 0.1, weight: stored(normal([300], { seed: 3, mean: 2, std: 0.1 })) };

  test('rows', () => {
    expectSingle(single.softmax(x), judge.softmax(x));
    expectSingle(single.softmaxBackward(p, dy), judge.softmaxBackward(p, dy));
    expectSingle(single.logSoftmax(x), judge.logSoftmax(x));
    const logP = stored(judge.logSoftmax(x));
    expectSingle(single.logSoftmaxBackward(logP, dy), judge.logSoftmaxBackward(logP, dy), 5e-6);
    expectSingle(single.logSumExp(x), judge.logSumExp(x));
  });

  test('losses', () => {
    for (const targets of [indices, p]) {
      for (const chosen of [{}, options, { ...options, reduction: 'none' } as const]) {
        expectSingle(single.crossEntropy(x, targets, chosen), judge.crossEntropy(x, targets, chosen));
        expectSingle(single.crossEntropyBackward(x, targets, chosen), judge.crossEntropyBackward(x, targets, chosen));
        expectSingle(single.nllLoss(x, targets, chosen), judge.nllLoss(x, targets, chosen));
      }
      expectSingle(single.nllLossBackward(x, targets, options), judge.nllLossBackward(x, targets, options));
      expectSingle(single.crossEntropyOfProbabilities(p, targets), judge.crossEntropyOfProbabilities(p, targets));
    }
    expectSingle(single.binaryCrossEntropyWithLogits(x, p), judge.binaryCrossEntropyWithLogits(x, p));
    const none = { reduction: 'none' } as const;
    expectSingle(
      single.binaryCrossEntropyWithLogitsBackward(x, p, none),
      judge.binaryCrossEntropyWithLogitsBackward(x, p, none),
    );
    expectSingle(single.meanSquaredError(x, dy), judge.meanSquaredError(x, dy));
  });

  test('a confident loss and its gradient keep their digits', () => {
    const logits = { shape: [1, 3], data: Float32Array.of(69, 0, -1) };
    const exact = judge.crossEntropyWithGradient(logits, labels(0));
    const rounded = single.crossEntropyWithGradient(logits, labels(0));
    expect(rounded.loss.data[0]! / exact.loss.data[0]!).toBeCloseTo(1, 6);
    expect(rounded.gradient.data[0]! / exact.gradient.data[0]!).toBeCloseTo(1, 6);
  });

  test('batch norm', () => {
    expectSingle(single.batchNormStats(x).state as Result, judge.batchNormStats(x).state as Result);
    const running = (): judge.BatchNormTrainOptions & { runningVariance: judge.RunningArray } => ({
      runningMean: { shape: [300], data: new Float32Array(300) },
      runningVariance: { shape: [300], data: new Float32Array(300).fill(1 / 3) },
    });
    const [options, exactOptions] = [running(), running()];
    const forward = single.batchNormTrain(x, options);
    const exactForward = judge.batchNormTrain(x, exactOptions);
    expectSingle(forward.y, exactForward.y);
    expect([...options.runningVariance.data].map((v, i) => v / exactOptions.runningVariance.data[i]! - 1)).toSatisfy(
      (errors: number[]) => errors.every((e) => Math.abs(e) < 1e-6),
    );
    const backward = single.batchNormBackward(x, dy, forward.saved);
    const exactBackward = judge.batchNormBackward(x, dy, exactForward.saved);
    expectSingle(backward.dx, exactBackward.dx);
    expectSingle(backward.dGamma, exactBackward.dGamma, 1e-5);
    const given = { mean: stored(exactForward.saved.mean), variance: stored(exactForward.saved.rstd) };
    expectSingle(single.batchNormInference(x, given), judge.batchNormInference(x, given));
  });

  test('the rest', () => {
    const b = { transposeB: true };
    expectSingle(single.matmul(x, dy, b), judge.matmul(x, dy, b), 1e-4);
    expectSingle(single.sum(x, { axis: 1 }), judge.sum(x, { axis: 1 }), 1e-5);
    expectSingle(single.mean(x, { axis: 0 }), judge.mean(x, { axis: 0 }));
    expectSingle(single.add(x, dy), judge.add(x, dy));
    expectSingle(single.subtract(x, dy), judge.subtract(x, dy));
    expectSingle(single.multiply(x, dy), judge.multiply(x, dy));
    expectSingle(single.divide(x, dy), judge.divide(x, dy));
    expectSingle(single.sigmoid(x), judge.sigmoid(x));
    expectSingle(single.tanh(x), judge.tanh(x));
    expectSingle(single.exp(x), judge.exp(x));
    expectSingle(single.log(p), judge.log(p));
    expectSingle(single.sqrt(p), judge.sqrt(p));
  });

  test('sums serially in blocks of 256', () => {
    // 2^24 + 1 is not an f32: in the first block every 1 is lost, in the others none, until they meet the total.
    const ones = { shape: [1024], data: Float32Array.from({ length: 1024 }, (_, i) => (i === 0 ? 2 ** 24 : 1)) };
    expect(single.sum(ones).data[0]).toBe(2 ** 24 + 768);
    expect(judge.sum(ones).data[0]).toBe(2 ** 24 + 1023);
  });
});

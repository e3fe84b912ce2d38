import { describe, expect, test } from 'vitest';
import { float32 } from '../../src/reference/float32.ts';
import * as reference from '../../src/reference/index.ts';
import { distributions, labels, normal } from './helpers.ts';

type Result = { data: ArrayLike<number> };

/** Expects every value to be an f32 close to the reference, and at least one to differ: the loop did round. */
function expectFloat32(actual: Result, exact: Result, tolerance = 2e-6): void {
  const values = Float64Array.from(actual.data);
  const errors = values.map((a, i) => Math.abs(a - exact.data[i]!) / Math.max(1, Math.abs(exact.data[i]!)));
  expect(actual.data.length).toBe(exact.data.length);
  expect(values).toEqual(values.map(Math.fround));
  expect(errors.reduce((worst, e) => Math.max(worst, e), 0)).toBeLessThanOrEqual(tolerance);
  expect(errors.some((e) => e > 0)).toBe(true);
}

/** Returns the array as an f32 tensor stores it. */
const stored = (x: reference.NdArray): reference.NdArray => ({
  shape: x.shape,
  data: Float32Array.from(x.data as Float64Array),
});

describe('the float32 baseline', () => {
  const x = stored(normal([40, 300], { seed: 1, std: 3 }));
  const dy = stored(normal([40, 300], { seed: 2 }));
  const p = stored(distributions([40, 300]));
  const indices = labels(...Array.from({ length: 40 }, (_, i) => i * 7));
  const options = { labelSmoothing: 0.1, weight: stored(normal([300], { seed: 3, mean: 2, std: 0.1 })) };

  test('of the softmax family is close to the reference', () => {
    expectFloat32(float32.softmax(x), reference.softmax(x));
    expectFloat32(float32.softmaxBackward(p, dy), reference.softmaxBackward(p, dy));
    expectFloat32(float32.logSoftmax(x), reference.logSoftmax(x));
    const logP = stored(reference.logSoftmax(x));
    expectFloat32(float32.logSoftmaxBackward(logP, dy), reference.logSoftmaxBackward(logP, dy), 5e-6);
    expectFloat32(float32.logSumExp(x), reference.logSumExp(x));
  });

  test('of the losses is close to the reference', () => {
    for (const targets of [indices, p]) {
      for (const chosen of [{}, options, { ...options, reduction: 'none' } as const]) {
        expectFloat32(float32.crossEntropy(x, targets, chosen), reference.crossEntropy(x, targets, chosen));
        expectFloat32(
          float32.crossEntropyBackward(x, targets, chosen),
          reference.crossEntropyBackward(x, targets, chosen),
        );
        expectFloat32(float32.nllLoss(x, targets, chosen), reference.nllLoss(x, targets, chosen));
      }
      expectFloat32(float32.nllLossBackward(x, targets, options), reference.nllLossBackward(x, targets, options));
      expectFloat32(float32.crossEntropyOfProbabilities(p, targets), reference.crossEntropyOfProbabilities(p, targets));
    }
    expectFloat32(float32.binaryCrossEntropyWithLogits(x, p), reference.binaryCrossEntropyWithLogits(x, p));
    const none = { reduction: 'none' } as const;
    expectFloat32(
      float32.binaryCrossEntropyWithLogitsBackward(x, p, none),
      reference.binaryCrossEntropyWithLogitsBackward(x, p, none),
    );
    expectFloat32(float32.meanSquaredError(x, dy), reference.meanSquaredError(x, dy));
  });

  test('of a confident loss and its gradient is accurate', () => {
    const logits = { shape: [1, 3], data: Float32Array.of(69, 0, -1) };
    const exact = reference.crossEntropyWithGradient(logits, labels(0));
    const rounded = float32.crossEntropyWithGradient(logits, labels(0));
    expect(rounded.loss.data[0]! / exact.loss.data[0]!).toBeCloseTo(1, 6);
    expect(rounded.gradient.data[0]! / exact.gradient.data[0]!).toBeCloseTo(1, 6);
  });

  test('of batch norm is close to the reference', () => {
    expectFloat32(float32.batchNormStats(x).state as Result, reference.batchNormStats(x).state as Result);
    const running = (): reference.BatchNormTrainOptions & { runningVariance: reference.RunningArray } => ({
      runningMean: { shape: [300], data: new Float32Array(300) },
      runningVariance: { shape: [300], data: new Float32Array(300).fill(1 / 3) },
    });
    const [options, exactOptions] = [running(), running()];
    const forward = float32.batchNormTrain(x, options);
    const exactForward = reference.batchNormTrain(x, exactOptions);
    expectFloat32(forward.y, exactForward.y);
    expect([...options.runningVariance.data].map((v, i) => v / exactOptions.runningVariance.data[i]! - 1)).toSatisfy(
      (errors: number[]) => errors.every((e) => Math.abs(e) < 1e-6),
    );
    const backward = float32.batchNormBackward(x, dy, forward.saved);
    const exactBackward = reference.batchNormBackward(x, dy, exactForward.saved);
    expectFloat32(backward.dx, exactBackward.dx);
    expectFloat32(backward.dGamma, exactBackward.dGamma, 1e-5);
    const given = { mean: stored(exactForward.saved.mean), variance: stored(exactForward.saved.rstd) };
    expectFloat32(float32.batchNormInference(x, given), reference.batchNormInference(x, given));
  });

  test('of products, reductions and elementwise ops is close to the reference', () => {
    const b = { transposeB: true };
    expectFloat32(float32.matmul(x, dy, b), reference.matmul(x, dy, b), 1e-4);
    expectFloat32(float32.sum(x, { axis: 1 }), reference.sum(x, { axis: 1 }), 1e-5);
    expectFloat32(float32.mean(x, { axis: 0 }), reference.mean(x, { axis: 0 }));
    expectFloat32(float32.add(x, dy), reference.add(x, dy));
    expectFloat32(float32.subtract(x, dy), reference.subtract(x, dy));
    expectFloat32(float32.multiply(x, dy), reference.multiply(x, dy));
    expectFloat32(float32.divide(x, dy), reference.divide(x, dy));
    expectFloat32(float32.sigmoid(x), reference.sigmoid(x));
    expectFloat32(float32.tanh(x), reference.tanh(x));
    expectFloat32(float32.exp(x), reference.exp(x));
    expectFloat32(float32.log(p), reference.log(p));
    expectFloat32(float32.sqrt(p), reference.sqrt(p));
  });

  test('sums serially in blocks of 256', () => {
    // 2^24 + 1 is not an f32: the first block loses every 1, the others lose none before they are added to the total.
    const ones = { shape: [1024], data: Float32Array.from({ length: 1024 }, (_, i) => (i === 0 ? 2 ** 24 : 1)) };
    expect(float32.sum(ones).data[0]).toBe(2 ** 24 + 768);
    expect(reference.sum(ones).data[0]).toBe(2 ** 24 + 1023);
  });
});

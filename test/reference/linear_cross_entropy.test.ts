import { describe, expect, test } from 'vitest';
import {
  crossEntropy,
  crossEntropyWithGradient,
  linearCrossEntropy,
  linearCrossEntropyWithGradient,
  matmul,
} from '../../src/reference/index.ts';
import { expectClose, labels, nd, normal, numericGradient } from './helpers.ts';

const { NaN: nan } = Number;

describe('linearCrossEntropy', () => {
  const hidden = normal([4, 3], { seed: 41 });
  const weight = normal([5, 3], { seed: 42 });
  const targets = labels(4, 0, -100, 2);
  const options = { weight: nd([1, 2, 0.5, 1, 3]), labelSmoothing: 0.1 };

  test('equals the cross-entropy of the product', () => {
    const logits = matmul(hidden, weight, { transposeB: true });
    expect(linearCrossEntropy(hidden, weight, targets, options)).toEqual(crossEntropy(logits, targets, options));
    expect(linearCrossEntropyWithGradient(hidden, weight, targets).loss).toEqual(
      crossEntropyWithGradient(logits, targets).loss,
    );
  });

  test('has the derivatives as its gradients', () => {
    const { dHidden, dWeight } = linearCrossEntropyWithGradient(hidden, weight, targets, options);
    const byHidden = numericGradient((at) => linearCrossEntropy(at, weight, targets, options), hidden);
    const byWeight = numericGradient((at) => linearCrossEntropy(hidden, at, targets, options), weight);
    expectClose(dHidden.data, byHidden, 1e-9);
    expectClose(dWeight.data, byWeight, 1e-9);
  });

  test('names itself in its errors', () => {
    expect(() => linearCrossEntropy(hidden, normal([5, 2]), targets)).toThrow(
      'linearCrossEntropy: hidden is [4, 3] and weight [5, 2], expected [N, D] and [V, D]',
    );
    expect(() => linearCrossEntropy(hidden, weight, labels(0, 5, 0, 0))).toThrow(
      'linearCrossEntropy: row 1 has label 5, expected one in [0, 5)',
    );
  });

  test('is not affected by a NaN in an ignored row', () => {
    const spoiled = { shape: hidden.shape, data: hidden.data.map((h, i) => (i === 7 ? nan : h)) };
    const clean = linearCrossEntropyWithGradient(hidden, weight, targets);
    expect(linearCrossEntropyWithGradient(spoiled, weight, targets)).toEqual(clean);
  });
});

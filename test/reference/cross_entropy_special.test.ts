import { describe, expect, test } from 'vitest';
import { crossEntropy, crossEntropyWithGradient } from '../../src/reference/index.ts';
import { labels, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('cross-entropy: special values', () => {
  const none = { reduction: 'none' } as const;

  test('only rows with NaN, +inf or nothing but -inf are NaN', () => {
    for (const bad of [
      [nan, 0],
      [0, nan],
      [inf, 0],
      [0, inf],
      [-inf, -inf],
    ]) {
      const { loss, gradient } = crossEntropyWithGradient(nd([[1, 1], bad]), labels(0, 0), none);
      expect([...loss.data]).toEqual([Math.LN2, nan]);
      expect([...gradient.data]).toEqual([-0.5, 0.5, nan, nan]);
    }
  });

  test('a target at -inf has infinite loss and a finite gradient', () => {
    const { loss, gradient } = crossEntropyWithGradient(nd([[-inf, 0, 0]]), labels(0), none);
    expect(loss.data[0]).toBe(inf);
    expect([...gradient.data]).toEqual([-1, 0.5, 0.5]);
  });

  test('a class other than the target at -inf has no effect', () => {
    const { loss, gradient } = crossEntropyWithGradient(nd([[2, -inf, 1]]), labels(0), none);
    expect(loss).toEqual(crossEntropy(nd([[2, 1]]), labels(0), none));
    expect(gradient.data[1]).toBe(0);
    expect([...crossEntropyWithGradient(nd([[5, -inf]]), labels(0)).gradient.data]).toEqual([0, 0]);
  });

  test('the loss is infinite where smoothing puts weight at -inf, except where the weight is 0', () => {
    const logits = nd([[0, -inf]]);
    const smoothed = crossEntropyWithGradient(logits, labels(0), { labelSmoothing: 0.5 });
    expect(smoothed.loss.data[0]).toBe(inf);
    expect([...smoothed.gradient.data]).toEqual([0.25, -0.25]);
    expect(crossEntropy(logits, labels(0), { labelSmoothing: 0.5, weight: nd([1, 0]) }).data[0]).toBe(0);
    expect(crossEntropy(logits, nd([[1, 0]])).data[0]).toBe(0);
  });

  test('a single class has loss 0 and gradient 0', () => {
    expect(crossEntropyWithGradient(nd([[7]]), labels(0))).toEqual({
      loss: { shape: [], data: Float64Array.of(0) },
      gradient: { shape: [1, 1], data: Float64Array.of(0) },
    });
  });

  test('errors name invalid options', () => {
    expect(() => crossEntropy(normal([1, 3]), labels(0), { weight: nd([1, 2]) })).toThrow(
      'crossEntropy: weight is [2], expected [3]',
    );
    expect(() => crossEntropy(normal([1, 3]), labels(0), { labelSmoothing: 2 })).toThrow(
      'crossEntropy: labelSmoothing is 2, expected a number in [0, 1]',
    );
  });
});

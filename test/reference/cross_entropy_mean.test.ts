import { describe, expect, test } from 'vitest';
import { crossEntropy, crossEntropyWithGradient } from '../../src/reference/index.ts';
import { expectClose, labels, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('cross-entropy: a mean', () => {
  test('is divided by the sum of the weights of the rows not ignored', () => {
    const logits = normal([3, 3]);
    const weight = nd([1, 2, 4]);
    const rows = crossEntropy(logits, labels(2, -100, 1), { weight, reduction: 'none' }).data;
    expectClose(crossEntropy(logits, labels(2, -100, 1), { weight }).data, [(rows[0]! + rows[2]!) / 6]);
  });

  test('over probabilities is divided by the number of rows, including inner positions', () => {
    const logits = normal([2, 3, 5]);
    const t = normal([2, 3, 5], { mean: 1 });
    const sum = crossEntropy(logits, t, { reduction: 'sum', weight: nd([1, 2, 3]) }).data[0]!;
    expectClose(crossEntropy(logits, t, { weight: nd([1, 2, 3]) }).data, [sum / 10]);
  });

  test('over no rows is NaN, or 0 on request; the gradient is 0 in both cases, even at NaN', () => {
    for (const logits of [
      normal([2, 3]),
      nd([
        [nan, 1, 2],
        [inf, 0, 0],
      ]),
    ]) {
      for (const [targets, weight] of [
        [labels(-100, -100), nd([1, 1, 1])],
        [labels(0, 0), nd([0, 1, 1])],
      ] as const) {
        const byDefault = crossEntropyWithGradient(logits, targets, { weight });
        expect(byDefault.loss.data[0]).toBe(nan);
        expect(crossEntropy(logits, targets, { weight, emptyReduction: 'zero' }).data[0]).toBe(0);
        expect([...byDefault.gradient.data]).toEqual([0, 0, 0, 0, 0, 0]);
      }
    }
    expect(crossEntropy({ shape: [0, 3], data: [] }, { shape: [0], data: new Int32Array(0) }).data[0]).toBe(nan);
    expect(crossEntropy({ shape: [0, 3], data: [] }, { shape: [0, 3], data: [] }).data[0]).toBe(nan);
  });

  test('becomes 0 if it is a sum over no rows', () => {
    expect(crossEntropy(normal([1, 3]), labels(-100), { reduction: 'sum' }).data[0]).toBe(0);
  });
});

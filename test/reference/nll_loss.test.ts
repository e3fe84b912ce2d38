import { describe, expect, test } from 'vitest';
import { crossEntropy, logSoftmax, nllLoss, nllLossBackward } from '../../src/reference/index.ts';
import { expectClose, labels, nd, normal, numericGradient } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const none = { reduction: 'none' } as const;

describe('nllLoss', () => {
  const logits = normal([3, 4, 2], { seed: 21 });
  const logP = logSoftmax(logits, { axis: 1 });
  const indices = { shape: [3, 2], data: Int32Array.from([0, 3, -100, 1, 2, 2]) };
  const weight = nd([1, 0.5, 2, 4]);

  test('of log-softmax equals crossEntropy for all options', () => {
    for (const reduction of ['mean', 'sum', 'none'] as const) {
      for (const labelSmoothing of [0, 0.2]) {
        for (const targets of [indices, normal([3, 4, 2], { seed: 22 })]) {
          const options = { reduction, labelSmoothing, weight };
          expectClose(nllLoss(logP, targets, options).data, crossEntropy(logits, targets, options).data);
        }
      }
    }
  });

  test('the backward pass is the derivative', () => {
    for (const labelSmoothing of [0, 0.2]) {
      const options = { weight, labelSmoothing };
      const numeric = numericGradient((at) => nllLoss(at, indices, options), logP);
      expectClose(nllLossBackward(logP, indices, options).data, numeric, 1e-9);
    }
  });

  test('is not affected by classes of weight 0 or by ignored rows', () => {
    const x = nd([
      [-1, nan],
      [-2, -inf],
      [nan, nan],
    ]);
    expect([...nllLoss(x, labels(0, 0, -100), none).data]).toEqual([1, 2, 0]);
    expect([...nllLoss(x, labels(1, 1, -100), none).data]).toEqual([nan, inf, 0]);
    expect([...nllLossBackward(x, labels(0, 1, -100), none).data]).toEqual([-1, 0, 0, -1, 0, 0]);
  });

  test('names a label out of range in its error', () => {
    expect(() => nllLoss(nd([[-1, -1]]), labels(2))).toThrow('nllLoss: row 0 has label 2, expected one in [0, 2)');
  });
});

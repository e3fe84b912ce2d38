import { describe, expect, test } from 'vitest';
import { crossEntropy, crossEntropyOfProbabilities, softmax } from '../../src/reference/index.ts';
import { distributions, expectClose, labels, nd, normal } from './helpers.ts';

const { POSITIVE_INFINITY: inf } = Number;
const none = { reduction: 'none' } as const;

describe('crossEntropyOfProbabilities', () => {
  test('of softmax equals crossEntropy of the logits', () => {
    const logits = normal([3, 4], { seed: 23 });
    const t = distributions([3, 4]);
    expectClose(crossEntropyOfProbabilities(softmax(logits), t).data, crossEntropy(logits, t).data);
    const options = { weight: nd([1, 2, 3, 4]), ignoreIndex: 1 };
    const targets = labels(1, 0, 3);
    expectClose(
      crossEntropyOfProbabilities(softmax(logits), targets, options).data,
      crossEntropy(logits, targets, options).data,
    );
  });

  test('0 · log 0 is 0, and t · log 0 is infinite', () => {
    const p = nd([
      [1, 0],
      [1, 0],
    ]);
    expect([
      ...crossEntropyOfProbabilities(
        p,
        nd([
          [1, 0],
          [0.5, 0.5],
        ]),
        none,
      ).data,
    ]).toEqual([0, inf]);
  });
});

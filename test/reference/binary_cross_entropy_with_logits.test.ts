import { describe, expect, test } from 'vitest';
import { binaryCrossEntropyWithLogits, binaryCrossEntropyWithLogitsBackward } from '../../src/reference/index.ts';
import { distributions, expectClose, expectRelative, nd, normal, numericGradient } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const none = { reduction: 'none' } as const;

describe('binaryCrossEntropyWithLogits', () => {
  test('matches PyTorch 2.13 in float64, with posWeight', () => {
    const x = nd([
      [3, -2],
      [0, 40],
    ]);
    const t = nd([
      [1, 0],
      [0.3, 1],
    ]);
    const posWeight = nd([2, 0.5]);
    expectClose(binaryCrossEntropyWithLogits(x, t, { posWeight }).data, [0.28129851222959645]);
    expectClose(
      binaryCrossEntropyWithLogitsBackward(x, t, { posWeight }).data,
      [-0.023712936588783318, 0.029800730505529387, 0.0125, 0],
    );
  });

  test('is exp(-|x|) on the right side and |x| on the wrong one', () => {
    for (const x of [50, 300, 700]) {
      const logits = nd([x, -x, x, -x]);
      const losses = binaryCrossEntropyWithLogits(logits, nd([1, 0, 0, 1]), none).data;
      const gradient = binaryCrossEntropyWithLogitsBackward(logits, nd([1, 0, 0, 1]), none).data;
      expectRelative(losses[0], Math.exp(-x));
      expectRelative(losses[1], Math.exp(-x));
      expect([losses[2], losses[3]]).toEqual([x, x]);
      expectRelative(gradient[0], -Math.exp(-x));
      expectRelative(gradient[1], Math.exp(-x));
      expect([gradient[2], gradient[3]]).toEqual([1, -1]);
    }
  });

  test('the backward pass is the derivative', () => {
    const x = normal([4, 3], { seed: 31, std: 3 });
    const t = distributions([4, 3]);
    const options = { weight: nd([[1], [2], [0], [0.5]]), posWeight: nd([1, 3, 0.1]) };
    for (const reduction of ['mean', 'sum', 'none'] as const) {
      const upstream = normal(reduction === 'none' ? [4, 3] : [], { seed: 32 });
      const numeric = numericGradient(
        (at) => binaryCrossEntropyWithLogits(at, t, { ...options, reduction }),
        x,
        upstream,
      );
      const gradient = binaryCrossEntropyWithLogitsBackward(x, t, { ...options, reduction, upstream });
      expectClose(gradient.data, numeric, 1e-9);
    }
  });

  test('infinite logits give the limit, NaN stays NaN, an empty mean is NaN', () => {
    const x = nd([inf, inf, -inf, -inf, nan]);
    expect([...binaryCrossEntropyWithLogits(x, nd([1, 0, 0, 1, 1]), none).data]).toEqual([0, inf, 0, inf, nan]);
    expect([...binaryCrossEntropyWithLogitsBackward(x, nd([1, 0, 0, 1, 1]), none).data]).toEqual([0, 1, 0, -1, nan]);
    expect(binaryCrossEntropyWithLogits({ shape: [0], data: [] }, { shape: [0], data: [] }).data[0]).toBe(nan);
  });

  test('the error names a weight that does not broadcast', () => {
    expect(() => binaryCrossEntropyWithLogits(nd([1, 2]), nd([1, 0]), { weight: nd([[1], [2]]) })).toThrow(
      'binaryCrossEntropyWithLogits: weight is [2, 1], which does not broadcast to [2]',
    );
  });
});

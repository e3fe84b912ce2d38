import { describe, expect, test } from 'vitest';
import { max, mean, sum } from '../../src/reference/index.ts';
import { nd } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('reductions', () => {
  const x = nd([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]);

  test('reduce all axes, one or several, and keep or drop them', () => {
    expect(sum(x)).toEqual({ shape: [], data: Float64Array.of(36) });
    expect(sum(x, { axis: 1 })).toEqual({ shape: [2, 2], data: Float64Array.of(4, 6, 12, 14) });
    expect(sum(x, { axis: [0, -1] })).toEqual({ shape: [2], data: Float64Array.of(14, 22) });
    expect(mean(x, { axis: [0, 2], keepDims: true })).toEqual({ shape: [1, 2, 1], data: Float64Array.of(3.5, 5.5) });
    expect([...max(x, { axis: 0 }).data]).toEqual([5, 6, 7, 8]);
    expect(sum(nd(3))).toEqual({ shape: [], data: Float64Array.of(3) });
  });

  test('of sums lose nothing to cancellation', () => {
    expect(sum(nd([1, 1e100, 1, -1e100])).data[0]).toBe(2);
    expect([
      ...sum(
        nd([
          [inf, 1],
          [inf, -inf],
        ]),
        { axis: 1 },
      ).data,
    ]).toEqual([inf, nan]);
  });

  test('over an empty axis are 0 for sum, NaN for mean and an error for max', () => {
    const nothing = { shape: [2, 0], data: [] };
    expect([...sum(nothing, { axis: 1 }).data]).toEqual([0, 0]);
    expect(mean(nothing).data[0]).toBe(nan);
    expect(() => max(nothing)).toThrow('max: the reduced axes have no elements');
  });

  test('by max propagate NaN', () => {
    expect([
      ...max(
        nd([
          [1, nan, 3],
          [-inf, -inf, -inf],
        ]),
        { axis: 1 },
      ).data,
    ]).toEqual([nan, -inf]);
  });
});

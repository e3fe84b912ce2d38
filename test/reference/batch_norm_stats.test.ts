import { describe, expect, test } from 'vitest';
import {
  type BatchNormStats,
  batchNormStats,
  batchNormStatsFromState,
  concat,
  mergeBatchNormStats,
  slice,
  transpose,
} from '../../src/reference/index.ts';
import { expectClose, expectRelative, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('batchNormStats', () => {
  test('are the count, the mean, the biased variance and the state to exchange', () => {
    const stats = batchNormStats(
      nd([
        [1, 10],
        [2, 20],
        [6, 30],
      ]),
    );
    expect(stats.count).toBe(3);
    expect([...(stats.mean.data as Float64Array)]).toEqual([3, 20]);
    expectClose(stats.variance.data as Float64Array, [14 / 3, 200 / 3]);
    expect(stats.state).toEqual({ shape: [4, 2], data: Float64Array.of(3, 3, 3, 20, 14, 200, 0, 0) });
  });

  test('have their channels on axis 1, or on the given axis', () => {
    const x = normal([4, 3, 5]);
    const expected = batchNormStats(x);
    expect(expected.count).toBe(20);
    expect(batchNormStats(transpose(x, [0, 2, 1]), { channelAxis: -1 })).toEqual(expected);
    expect(() => batchNormStats(nd([1, 2]))).toThrow('batchNormStats: channelAxis is 1, expected an axis of [2]');
  });

  test('have an accurate variance at mean/std = 1e4 and 1e8, and never a negative one', () => {
    for (const mean of [1e4, 1e8]) {
      // Elements are the mean ± 1, exactly representable, so M2 is the count.
      const x = { shape: [1000, 1], data: Float64Array.from({ length: 1000 }, (_, i) => mean + (i % 2 ? 1 : -1)) };
      expect([...(batchNormStats(x).state.data as Float64Array)]).toEqual([1000, mean, 1000, 0]);
    }
  });

  test('stay accurate if the first element is an outlier, or 0 where all others are 1000 ± 1', () => {
    for (const [first, mean] of [
      [1000, 0],
      [0, 1000],
    ] as const) {
      const n = 100_001;
      const data = Float64Array.from({ length: n }, (_, i) => (i === 0 ? first : mean + (i % 2 ? 1 : -1)));
      // The other elements have mean `mean` and M2 = n - 1; Chan's formula adds the first.
      const m2 = n - 1 + ((first - mean) ** 2 * (n - 1)) / n;
      expectRelative(batchNormStats({ shape: [n, 1], data }).state.data[2] as number, m2, 1e-15);
    }
  });

  test('have variance 0 for a constant channel', () => {
    for (const value of [0.1, 1e30, -3e-40]) {
      const stats = batchNormStats({ shape: [7, 1], data: new Float64Array(7).fill(value) });
      expect(stats.variance.data[0]).toBe(0);
      expect(stats.mean.data[0]).toBe(value);
    }
  });

  test('are NaN only for the channel that has a NaN or an infinity', () => {
    for (const bad of [nan, inf, -inf]) {
      for (const rows of [
        [
          [bad, 1],
          [2, 1],
        ],
        [
          [2, 1],
          [bad, 1],
        ],
      ]) {
        const { mean, variance } = batchNormStats(nd(rows));
        expect([mean.data[0], mean.data[1], variance.data[0], variance.data[1]]).toEqual([nan, 1, nan, 0]);
      }
    }
  });

  test('of an empty tensor have count 0, mean 0, M2 0 and variance NaN', () => {
    const stats = batchNormStats({ shape: [0, 2], data: [] });
    expect(stats.count).toBe(0);
    expect([...(stats.state.data as Float64Array)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...(stats.variance.data as Float64Array)]).toEqual([nan, nan]);
  });
});

describe('merged statistics', () => {
  const same = (a: BatchNormStats, b: BatchNormStats, tolerance = 1e-14): void => {
    expect(a.count).toBe(b.count);
    expectClose(a.mean.data as Float64Array, b.mean.data as Float64Array, tolerance);
    expectClose(a.variance.data as Float64Array, b.variance.data as Float64Array, tolerance);
  };

  test('of parts equal those of the whole, for unequal and zero counts', () => {
    const x = normal([60, 3], { mean: 50, std: 3 });
    const cuts = [0, 1, 1, 20, 60, 60];
    const parts = cuts.slice(1).map((end, i) => slice(x, [cuts[i]!, 0], [end - cuts[i]!, 3]));
    same(mergeBatchNormStats(parts.map((part) => batchNormStats(part))), batchNormStats(concat(parts)));
  });

  test('are accurate under a common mean of 1e8, where the means differ by 2', () => {
    const half = (mean: number): BatchNormStats => batchNormStats(nd([[mean - 1], [mean + 1]]));
    const { state } = mergeBatchNormStats([half(1e8), half(1e8 + 2)]);
    expect([...(state.data as Float64Array)]).toEqual([4, 1e8 + 1, 8, 0]);
  });

  test('of empty parts are empty; an empty part has no effect, even at NaN', () => {
    const none = batchNormStats({ shape: [0, 1], data: [] });
    const some = batchNormStats(nd([[1], [3]]));
    expect(mergeBatchNormStats([none, none])).toEqual(none);
    expect(mergeBatchNormStats([none, some, none])).toEqual(some);
    const spoiled = { ...none, state: { shape: [4, 1], data: [0, nan, nan, 0] } };
    expect(mergeBatchNormStats([spoiled, some])).toEqual(some);
    expect(() => mergeBatchNormStats([])).toThrow('mergeBatchNormStats: parts is empty');
    expect(() => mergeBatchNormStats([some, batchNormStats(normal([2, 2]))])).toThrow(
      'mergeBatchNormStats: parts[1] has 2 channels, expected 1 like parts[0]',
    );
  });

  test('are restored from a state with three or four rows; the fourth is added to the mean', () => {
    const stats = batchNormStats(normal([9, 2]));
    same(batchNormStatsFromState(stats.state, 9), stats, 0);
    same(batchNormStatsFromState(slice(stats.state, [0, 0], [3, 2]), 9), stats, 0);
    const split = { shape: [4, 1], data: [2, 1e8, 2, 0.25] };
    expect(batchNormStatsFromState(split, 2).mean.data[0]).toBe(1e8 + 0.25);
    expect(() => batchNormStatsFromState(nd([1, 2, 3]), 2)).toThrow(
      'batchNormStatsFromState: state is [3], expected [4, C] or [3, C]',
    );
  });
});

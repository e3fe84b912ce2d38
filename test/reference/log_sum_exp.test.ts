import { describe, expect, test } from 'vitest';
import { logSumExp } from '../../src/reference/index.ts';
import { expectClose, expectRelative, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('logSumExp', () => {
  test('is the logarithm of the sum of exponentials, at any offset', () => {
    expectClose(logSumExp(nd([[1, 2, 3]])).data, [Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3))]);
    expect(logSumExp(nd([1e8, 1e8])).data[0]).toBe(1e8 + Math.LN2);
    expectRelative(logSumExp(nd([0, -69])).data[0], Math.exp(-69));
  });

  test('keeps or drops its axis', () => {
    expect(logSumExp(normal([2, 3, 4]), { axis: 1 }).shape).toEqual([2, 4]);
    expect(logSumExp(normal([2, 3, 4]), { axis: 1, keepDims: true }).shape).toEqual([2, 1, 4]);
    expect(logSumExp(nd(5))).toEqual({ shape: [], data: Float64Array.of(5) });
  });

  test('over an empty axis, or over only -inf, is -inf; with NaN or +inf it is NaN', () => {
    expect([...logSumExp({ shape: [2, 0], data: [] }).data]).toEqual([-inf, -inf]);
    expect([
      ...logSumExp(
        nd([
          [-inf, -inf],
          [nan, 1],
          [inf, -inf],
        ]),
      ).data,
    ]).toEqual([-inf, nan, nan]);
  });
});

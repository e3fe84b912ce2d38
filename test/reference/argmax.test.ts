import { describe, expect, test } from 'vitest';
import { argmax, hardmax } from '../../src/reference/index.ts';
import { nd } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('argmax and hardmax', () => {
  test('the first NaN wins, otherwise the first of equal elements', () => {
    const x = nd([
      [1, 3, 3],
      [-inf, -inf, -inf],
      [inf, nan, nan],
      [-2, -1, -inf],
    ]);
    expect([...argmax(x).data]).toEqual([1, 0, 1, 1]);
    expect([...hardmax(x).data]).toEqual([0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0]);
  });

  test('work along any axis', () => {
    expect([
      ...argmax(
        nd([
          [1, 5],
          [2, 4],
        ]),
        { axis: 0 },
      ).data,
    ]).toEqual([1, 0]);
    expect(
      argmax(
        nd([
          [1, 5],
          [2, 4],
        ]),
        { axis: 0, keepDims: true },
      ).shape,
    ).toEqual([1, 2]);
    expect([
      ...hardmax(
        nd([
          [1, 5],
          [2, 4],
        ]),
        { axis: 0 },
      ).data,
    ]).toEqual([0, 1, 1, 0]);
  });

  test('an empty axis is an error', () => {
    expect(() => argmax({ shape: [2, 0], data: [] })).toThrow('argmax: the axis has no elements');
    expect(argmax({ shape: [0, 2], data: [] }).shape).toEqual([0]);
  });
});

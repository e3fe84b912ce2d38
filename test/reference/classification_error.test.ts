import { describe, expect, test } from 'vitest';
import { classificationError } from '../../src/reference/index.ts';
import { labels, nd, normal } from './helpers.ts';

const { NaN: nan } = Number;

describe('classificationError', () => {
  test('is the share of rows whose argmax is not the target', () => {
    const scores = nd([
      [1, 2],
      [5, 5],
      [nan, 9],
      [0, 1],
    ]);
    expect(classificationError(scores, labels(1, 0, 0, 0))).toEqual({ shape: [], data: Float64Array.of(0.25) });
    expect(
      classificationError(
        nd([
          [1, 5],
          [2, 4],
        ]),
        labels(1, 1),
        { axis: 0 },
      ).data[0],
    ).toBe(0.5);
    expect(classificationError(normal([0, 3]), { shape: [0], data: [] }).data[0]).toBe(nan);
    expect(() => classificationError(scores, labels(1, 0, 2, 0))).toThrow('classificationError: row 2 has label 2');
  });
});

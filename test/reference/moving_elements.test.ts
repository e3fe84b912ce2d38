import { describe, expect, test } from 'vitest';
import { concat, gather, slice, transpose } from '../../src/reference/index.ts';
import { nd, normal } from './helpers.ts';

describe('moving elements', () => {
  const x = nd([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('transpose reverses the axes, or permutes them', () => {
    expect(transpose(x)).toEqual({ shape: [3, 2], data: Float64Array.of(1, 4, 2, 5, 3, 6) });
    const y = normal([2, 3, 4]);
    const there = transpose(y, [2, 0, 1]);
    expect(there.shape).toEqual([4, 2, 3]);
    expect(transpose(there, [1, 2, 0]).data).toEqual(y.data);
    expect(() => transpose(x, [0, 0])).toThrow('transpose: permutation is [0, 0], expected every axis of [2, 3] once');
  });

  test('gather takes elements along an axis like numpy.take', () => {
    expect(gather(x, { shape: [2], data: Int32Array.of(2, 0) }, { axis: 1 })).toEqual({
      shape: [2, 2],
      data: Float64Array.of(3, 1, 6, 4),
    });
    expect(
      gather(
        x,
        nd([
          [1, 0],
          [1, -1],
        ]),
        { axis: 0 },
      ).shape,
    ).toEqual([2, 2, 3]);
    expect(gather(x, nd(-1), { axis: 0 })).toEqual({ shape: [3], data: Float64Array.of(4, 5, 6) });
    expect(() => gather(x, nd([0, 3]), { axis: 1 })).toThrow('gather: index 3 at 1 is outside axis 1 of [2, 3]');
  });

  test('slice is a box within the array', () => {
    expect(slice(x, [0, 1], [2, 2])).toEqual({ shape: [2, 2], data: Float64Array.of(2, 3, 5, 6) });
    expect(slice(x, [2, 0], [0, 3]).shape).toEqual([0, 3]);
    expect(() => slice(x, [1, 0], [2, 3])).toThrow(
      'slice: starts [1, 0] with sizes [2, 3], expected a box within [2, 3]',
    );
  });

  test('concat joins along an axis', () => {
    expect([...concat([x, nd([[7], [8]])], 1).data]).toEqual([1, 2, 3, 7, 4, 5, 6, 8]);
    expect(concat([x, normal([0, 3]), x]).shape).toEqual([4, 3]);
    expect(concat([slice(x, [0, 0], [2, 1]), slice(x, [0, 1], [2, 2])], -1)).toEqual({ shape: x.shape, data: x.data });
    expect(() => concat([x, nd([[1, 2]])])).toThrow(
      'concat: xs[1] is [1, 2], expected [1, 3] like xs[0] but for axis 0',
    );
  });
});

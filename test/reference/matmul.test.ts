import { describe, expect, test } from 'vitest';
import { matmul, slice, transpose } from '../../src/reference/index.ts';
import { nd, normal } from './helpers.ts';

describe('matmul', () => {
  const a = nd([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const b = nd([
    [1, 0],
    [0, 1],
    [2, 2],
  ]);

  test('is rows times columns, transposed or not', () => {
    const y = { shape: [2, 2], data: Float64Array.of(7, 8, 16, 17) };
    expect(matmul(a, b)).toEqual(y);
    expect(matmul(transpose(a), b, { transposeA: true })).toEqual(y);
    expect(matmul(a, transpose(b), { transposeB: true })).toEqual(y);
    expect(matmul(transpose(a), transpose(b), { transposeA: true, transposeB: true })).toEqual(y);
  });

  test('multiplies each pair of matrices along equal leading axes', () => {
    const [left, right] = [normal([2, 3, 4, 5]), normal([2, 3, 5, 2])];
    const y = matmul(left, right);
    expect(y.shape).toEqual([2, 3, 4, 2]);
    const at = (x: typeof left, rows: number, cols: number) => ({
      shape: [rows, cols],
      data: slice(x, [1, 2, 0, 0], [1, 1, rows, cols]).data,
    });
    expect(slice(y, [1, 2, 0, 0], [1, 1, 4, 2]).data).toEqual(matmul(at(left, 4, 5), at(right, 5, 2)).data);
  });

  test('over an empty inner axis is 0', () => {
    expect(matmul(normal([2, 0]), normal([0, 2]))).toEqual({ shape: [2, 2], data: new Float64Array(4) });
  });

  test('names shapes that do not match', () => {
    expect(() => matmul(a, a)).toThrow('matmul: [2, 3] and [2, 3] do not multiply');
    expect(() => matmul(nd([1]), a)).toThrow('matmul: a is [1], expected at least two axes');
  });
});

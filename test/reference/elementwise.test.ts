import { describe, expect, test } from 'vitest';
import {
  add,
  divide,
  exp,
  log,
  maximum,
  multiply,
  negate,
  relu,
  sigmoid,
  sqrt,
  subtract,
  tanh,
  where,
} from '../../src/reference/index.ts';
import { expectClose, expectRelative, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('elementwise', () => {
  test('two arrays broadcast as in NumPy', () => {
    const [column, row] = [nd([[1], [2]]), nd([10, 20, 30])];
    expect(add(column, row)).toEqual({ shape: [2, 3], data: Float64Array.of(11, 21, 31, 12, 22, 32) });
    expect([...subtract(row, column).data]).toEqual([9, 19, 29, 8, 18, 28]);
    expect([...multiply(row, nd(2)).data]).toEqual([20, 40, 60]);
    expect([...divide(row, nd([0, -10, 4])).data]).toEqual([inf, -2, 7.5]);
    expect(add(normal([3, 1, 2, 1]), normal([4, 1, 5])).shape).toEqual([3, 4, 2, 5]);
    expect(add(normal([0, 3]), nd([1, 2, 3])).shape).toEqual([0, 3]);
    expect(() => add(nd([1, 2]), nd([1, 2, 3]))).toThrow('add: [2] and [3] do not broadcast');
  });

  test('where selects by a condition, and all three arguments broadcast', () => {
    const chosen = where({ shape: [2, 1], data: Uint8Array.of(1, 0) }, nd([1, 2]), nd(nan));
    expect(chosen).toEqual({ shape: [2, 2], data: Float64Array.of(1, 2, nan, nan) });
  });

  test('maximum and relu propagate NaN', () => {
    expect([...maximum(nd([1, nan, 3, -inf]), nd([2, 2, nan, -inf])).data]).toEqual([2, nan, nan, -inf]);
    expect([...relu(nd([-1, 2, nan, -inf, inf])).data]).toEqual([0, 2, nan, 0, inf]);
  });

  test('functions of one array apply to each element', () => {
    const x = nd([[-2, 0.5]]);
    expect(exp(x)).toEqual({ shape: [1, 2], data: Float64Array.of(Math.exp(-2), Math.exp(0.5)) });
    expect([...log(nd([1, 0, -1])).data]).toEqual([0, -inf, nan]);
    expect([...sqrt(nd([4, -1])).data]).toEqual([2, nan]);
    expect([...tanh(x).data]).toEqual([Math.tanh(-2), Math.tanh(0.5)]);
    expect([...negate(x).data]).toEqual([2, -0.5]);
  });

  test('sigmoid is the logistic function, even for large arguments', () => {
    expectClose(sigmoid(nd([-1, 0, 2])).data, [1 / (1 + Math.E), 0.5, 1 / (1 + Math.exp(-2))]);
    expectRelative(sigmoid(nd([-700])).data[0], Math.exp(-700));
    expect([...sigmoid(nd([inf, -inf, nan])).data]).toEqual([1, 0, nan]);
  });
});

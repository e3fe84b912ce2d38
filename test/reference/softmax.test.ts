import { describe, expect, test } from 'vitest';
import { logSoftmax, logSumExp, softmax, softmaxBackward } from '../../src/reference/index.ts';
import { expectClose, expectRelative, nd, normal, numericGradient } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('softmax', () => {
  test('divides each exponential by their sum', () => {
    const e = [1, 2, 3].map(Math.exp);
    const total = e[0]! + e[1]! + e[2]!;
    expectClose(
      softmax(nd([[1, 2, 3]])).data,
      e.map((v) => v / total),
    );
  });

  test('sums to one along any axis of any rank', () => {
    for (const axis of [0, 1, 2, -1, -2, -3]) {
      const y = softmax(normal([3, 4, 5], { std: 4 }), { axis });
      expect(y.shape).toEqual([3, 4, 5]);
      const sums = logSumExp({ shape: y.shape, data: y.data.map(Math.log) }, { axis });
      expectClose(
        sums.data,
        sums.data.map(() => 0),
      );
    }
    expect(softmax(nd(3)).data).toEqual(Float64Array.of(1));
    expect(softmax(nd(3), { axis: 0 }).shape).toEqual([]);
  });

  test('does not change under a common offset, even for the smallest and largest f32', () => {
    expect(softmax(nd([[1e8, 1e8 + 1, 1e8 - 2]])).data).toEqual(softmax(nd([[0, 1, -2]])).data);
    const flt = 3.4028234663852886e38;
    expect([...softmax(nd([[-flt, -flt, -flt, -flt]])).data]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...softmax(nd([[flt, -flt]])).data]).toEqual([1, 0]);
  });

  test('of a spike of 200 is a one-hot row in f32, and accurate in float64', () => {
    const y = softmax(nd([[0, 200, 0]])).data;
    expect(y[1]).toBe(1);
    expectRelative(y[0], 1.3838965267367376e-87);
  });

  test('is NaN only in rows with NaN or +inf', () => {
    for (const bad of [nan, inf]) {
      const y = softmax(
        nd([
          [1, bad, -inf],
          [0, 0, -inf],
        ]),
      );
      expect([...y.data]).toEqual([nan, nan, nan, 0.5, 0.5, 0]);
      expect([...logSoftmax(nd([[1, bad, -inf]])).data]).toEqual([nan, nan, nan]);
    }
  });

  test('of a row of -inf is NaN, 0 or uniform, by option', () => {
    const x = nd([[-inf, -inf, -inf, -inf]]);
    expect([...softmax(x).data]).toEqual([nan, nan, nan, nan]);
    expect([...softmax(x, { emptyRow: 'zero' }).data]).toEqual([0, 0, 0, 0]);
    expect([...softmax(x, { emptyRow: 'uniform' }).data]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...logSoftmax(x).data]).toEqual([nan, nan, nan, nan]);
    expect([...logSoftmax(x, { emptyRow: 'zero' }).data]).toEqual([-inf, -inf, -inf, -inf]);
    expect(logSoftmax(x, { emptyRow: 'uniform' }).data[3]).toBe(-Math.log(4));
  });

  test('of an empty tensor is empty', () => {
    expect(softmax({ shape: [3, 0], data: [] })).toEqual({ shape: [3, 0], data: new Float64Array(0) });
    expect(softmax({ shape: [0, 3], data: [] }).shape).toEqual([0, 3]);
  });

  test('the backward pass is the derivative', () => {
    for (const axis of [0, 1, -1]) {
      const x = normal([3, 4, 2], { seed: 3 });
      const dy = normal([3, 4, 2], { seed: 4 });
      const dx = softmaxBackward(softmax(x, { axis }), dy, { axis });
      expectClose(
        dx.data,
        numericGradient((at) => softmax(at, { axis }), x, dy),
        1e-9,
      );
    }
  });

  test('names the argument with the wrong shape, axis or size', () => {
    expect(() => softmaxBackward(nd([[1, 2]]), nd([1, 2]))).toThrow(
      'softmaxBackward: dy is [2], expected [1, 2] like y',
    );
    expect(() => softmax(nd([[1, 2]]), { axis: 2 })).toThrow('softmax: axis is 2, expected an axis of [1, 2]');
    expect(() => softmax({ shape: [3], data: [1] })).toThrow('softmax: x holds 1 values, its shape [3] needs 3');
  });
});

import { describe, expect, test } from 'vitest';
import { crossEntropy, crossEntropyBackward, crossEntropyWithGradient } from '../../src/reference/index.ts';
import { distributions, expectClose, labels, nd, normal } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('cross-entropy: shapes and types', () => {
  test('classes are on axis 1, on axis 0 of one-dimensional logits, or on the given axis', () => {
    const row = [1, 2, 4];
    const one = crossEntropy(nd(row), { shape: [], data: Int32Array.of(1) });
    expect(one.shape).toEqual([]);
    expectClose(crossEntropy(nd([row]), labels(1)).data, one.data);
    expectClose(crossEntropy(nd(row.map((x) => [x])), labels(1), { axis: 0 }).data, one.data);
    const last = nd([[[0, 0, 0], row]]);
    expectClose(crossEntropy(last, { shape: [1, 2], data: [0, 1] }, { axis: -1, reduction: 'none' }).data, [
      Math.log(3),
      one.data[0]!,
    ]);
    expect(crossEntropy(normal([2, 3, 4, 5]), normal([2, 3, 4, 5]), { reduction: 'none' }).shape).toEqual([2, 4, 5]);
  });

  test("integer arrays of every type are labels, even with the logits' shape", () => {
    const logits = normal([2, 3], { seed: 2 });
    const expected = crossEntropy(logits, labels(2, 1));
    for (const type of [Int8Array, Uint8Array, Int16Array, Uint16Array, Uint32Array]) {
      expect(crossEntropy(logits, { shape: [2], data: type.of(2, 1) })).toEqual(expected);
    }
    expect(crossEntropy(logits, { shape: [2], data: BigInt64Array.of(2n, 1n) })).toEqual(expected);
    expect(crossEntropy(logits, { shape: [2], data: [2, 1] })).toEqual(expected);
    expect(() => crossEntropy(logits, { shape: [2, 3], data: new Int32Array(6) })).toThrow(
      'crossEntropy: targets is [2, 3], expected [2]',
    );
  });

  test("float arrays are probabilities, and so is a plain array with the logits' shape", () => {
    const logits = normal([2, 3], { seed: 2 });
    const t = distributions([2, 3]);
    expect(crossEntropy(logits, { shape: [2, 3], data: [...t.data] })).toEqual(crossEntropy(logits, t));
    expect(() => crossEntropy(logits, { shape: [2], data: new Float32Array(2) })).toThrow(
      'crossEntropy: targets is [2], expected [2, 3]',
    );
  });

  test('one-hot probabilities have the loss of their index', () => {
    const logits = normal([2, 3], { seed: 9 });
    const oneHot = nd([
      [0, 0, 1],
      [0, 1, 0],
    ]);
    const byIndex = crossEntropyWithGradient(logits, labels(2, 1), { labelSmoothing: 0.2 });
    const byOneHot = crossEntropyWithGradient(logits, oneHot, { labelSmoothing: 0.2 });
    expectClose(byOneHot.loss.data, byIndex.loss.data, 1e-15);
    expectClose(byOneHot.gradient.data, byIndex.gradient.data, 1e-15);
  });

  test('upstream has the shape of the loss', () => {
    const logits = normal([2, 3]);
    const upstream = nd([2, 3]);
    expect(() => crossEntropyBackward(logits, labels(0, 1), { upstream })).toThrow(
      'crossEntropyBackward: upstream is [2], expected []',
    );
    const ones = crossEntropyBackward(logits, labels(0, 1), { reduction: 'none' });
    const twos = crossEntropyBackward(logits, labels(0, 1), { reduction: 'none', upstream });
    expectClose(
      twos.data,
      ones.data.map((d, i) => d * (i < 3 ? 2 : 3)),
    );
  });

  test('scale multiplies only the gradient', () => {
    const plain = crossEntropyWithGradient(normal([2, 3]), labels(0, 1));
    const scaled = crossEntropyWithGradient(normal([2, 3]), labels(0, 1), { scale: 1024, inPlace: true });
    expect(scaled.loss).toEqual(plain.loss);
    expect(scaled.gradient.data).toEqual(plain.gradient.data.map((d) => 1024 * d));
  });
});

describe('cross-entropy: labels', () => {
  test.each([
    [3, 'row 1 has label 3'],
    [-1, 'row 1 has label -1'],
    [2 ** 31 - 1, 'row 1 has label 2147483647'],
  ])('%d is out of range', (label, message) => {
    const call = (): unknown => crossEntropyBackward(normal([2, 3]), labels(0, label));
    expect(call).toThrow(RangeError);
    expect(call).toThrow(`crossEntropyBackward: ${message}, expected one in [0, 3)`);
  });

  test('64-bit and fractional labels are not truncated', () => {
    const wide = { shape: [1], data: BigInt64Array.of(2n ** 32n + 1n) };
    expect(() => crossEntropy(normal([1, 3]), wide)).toThrow('row 0 has label 4294967297');
    expect(() => crossEntropy(normal([1, 3]), { shape: [1], data: [0.5] })).toThrow('row 0 has label 0.5');
  });

  test('an ignored row has loss 0 and gradient 0 for any logits; its label is never used as an index', () => {
    const logits = nd([
      [1, 2, 3],
      [nan, inf, -inf],
      [3, 2, 1],
    ]);
    for (const ignoreIndex of [-100, 1, 1e9]) {
      const options = { ignoreIndex, weight: nd([1, nan, 1]), reduction: 'none' } as const;
      const { loss, gradient } = crossEntropyWithGradient(logits, labels(0, ignoreIndex, 2), options);
      expect(loss.data[1]).toBe(0);
      expect([...gradient.data.subarray(3, 6)]).toEqual([0, 0, 0]);
      expect(loss.data[0]).toBeGreaterThan(2);
    }
  });

  test('ignoreIndex does not apply to probabilities', () => {
    const { data } = crossEntropy(nd([[0, 0]]), nd([[1, 0]]), { ignoreIndex: 1 });
    expect(data[0]).toBe(Math.LN2);
  });
});

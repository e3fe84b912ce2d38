import { f16round } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import { crossEntropyWithGradient, type DType, GradfoldError, softmax } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { sameBits, uniform, useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number;

/** Every half except the NaNs, in the order of their bits. */
const EVERY_HALF = Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return (bits >> 15 === 1 ? -1 : 1) * (exponent === 31 ? INF : size);
}).filter((_, bits) => (bits & 0x7fff) <= 0x7c00);

/** The midpoint of each half and the next, with the f32 values just below and just above it. */
const MIDDLES = [...EVERY_HALF.slice(0, 0x7c00)].flatMap((half, i) => {
  const next = i === 0x7bff ? 65_536 : (EVERY_HALF[i + 1] as number);
  const middle = (half + next) / 2;
  const step = 2 ** (Math.floor(Math.log2(middle)) - 23);
  return [middle - step, middle, middle + step];
});

/** A view of f16 values that starts at an odd element of a tensor. */
function shifted(values: ArrayLike<number>) {
  const padded = new Float32Array(values.length + 1);
  padded.set(values, 1);
  return backend().tensor(padded, [padded.length], 'f16').view(1, [values.length]);
}

describe('an f16 tensor', () => {
  test('takes two bytes per element and reads back as the Float32Array that was uploaded', async () => {
    const { liveBytes } = backend().memory();
    using x = backend().tensor(EVERY_HALF, [EVERY_HALF.length], 'f16');
    expect(backend().memory().liveBytes - liveBytes).toBeLessThan(2.2 * EVERY_HALF.length);
    expect(x.dtype).toBe('f16');
    expect(sameBits(await x.data(), EVERY_HALF)).toBe(true);
    expect(sameBits(await shifted(EVERY_HALF).data(), EVERY_HALF)).toBe(true);
  });

  test('rounds to nearest, ties to even, including subnormals; 65,520 and above become infinity', async () => {
    for (const sign of [1, -1]) {
      const values = Float32Array.from(MIDDLES, (value) => sign * value);
      const expected = values.map((value) => f16round(value));
      expect(await backend().tensor(values, [values.length], 'f16').data()).toEqual(expected);
      expect(await shifted(values).data()).toEqual(expected);
    }
    const ends = Float32Array.of(
      65_504,
      65_519.996,
      65_520,
      3e38,
      -65_520,
      2 ** -25,
      2 ** -25 + 2 ** -40,
      1e-40,
      NAN,
      INF,
    );
    const halves = Float32Array.of(65_504, 65_504, INF, INF, NEG_INF, 0, 2 ** -24, 0, NAN, INF);
    expect(await backend().tensor(ends, [ends.length], 'f16').data()).toEqual(halves);
  });

  test('can be written at any element without changing its neighbor in the same word', async () => {
    const all = backend().full([9], 7, 'f16');
    all.view(3, [3]).write([1, 2, 3]);
    all.view(8, [1]).write([-1]);
    expect(await all.data()).toEqual(Float32Array.of(7, 7, 7, 1, 2, 3, 7, 7, -1));
  });

  test('can be filled with zeros or with one value', async () => {
    expect(await backend().zeros([3], 'f16').data()).toEqual(new Float32Array(3));
    expect(await backend().full([5], 0.1, 'f16').data()).toEqual(new Float32Array(5).fill(f16round(0.1)));
    expect(await backend().full([], 1e9, 'f16').item()).toBe(INF);
  });

  test('can start at any half of a borrowed buffer', async () => {
    const { device } = backend();
    const buffer = device.createBuffer({ size: 12, usage: 0x80 | 0x4 | 0x8 });
    device.queue.writeBuffer(buffer, 0, Uint16Array.of(0x3c00, 0xbc00, 0x0001, 0x7c00, 0x8000, 0x7bff));
    const at = (byteOffset: number, length: number) => backend().fromBuffer(buffer, [length], 'f16', byteOffset);
    expect(await at(0, 6).data()).toEqual(Float32Array.of(1, -1, 2 ** -24, INF, -0, 65_504));
    expect(await at(2, 3).data()).toEqual(Float32Array.of(-1, 2 ** -24, INF));
    at(6, 1).write([0.5]);
    expect(await at(4, 4).data()).toEqual(Float32Array.of(2 ** -24, 0.5, -0, 65_504));
    expect(() => at(3, 1)).toThrow(
      'fromBuffer: byteOffset is 3, expected a non-negative multiple of 2, the element size of f16',
    );
    buffer.destroy();
  });

  test('casts to the values that it represents, and from the nearest representable ones', async () => {
    const values = Float32Array.of(1.5, -2.75, 65_504, -0.25, NAN);
    const halves = backend().tensor(values, [5], 'f16');
    const as = async (dtype: DType) => [...(await halves.cast(dtype).data())];
    expect(await as('f32')).toEqual([...values]);
    expect(await as('i32')).toEqual([1, -2, 65_504, 0, 0]);
    expect(await as('u32')).toEqual([1, 0, 65_504, 0, 0]);
    expect(
      await backend()
        .tensor([1 / 3, 1e6])
        .cast('f16')
        .data(),
    ).toEqual(Float32Array.of(f16round(1 / 3), INF));
    expect(await backend().tensor(Int32Array.of(2049, -70_000)).cast('f16').data()).toEqual(
      Float32Array.of(2048, NEG_INF),
    );
    expect(await backend().tensor(Uint32Array.of(2051)).cast('f16').item()).toBe(2052);
  });
});

describe('softmax of an f16 tensor', () => {
  const x = uniform(3 * 61, -5, 5).map((value) => f16round(value));

  test('is computed in f32 and rounded once', async () => {
    const halves = backend().tensor(x, [3, 61], 'f16');
    const wide = await softmax(halves, { dtype: 'f32' }).data();
    const truth = reference.softmax({ shape: [3, 61], data: x }).data;
    for (const [i, p] of truth.entries()) expect(Math.abs((wide[i] as number) - p) / p).toBeLessThan(2e-6);
    const rounded = wide.map((value) => f16round(value));
    expect(await softmax(halves).data()).toEqual(rounded);
    expect(await softmax(halves.cast('f32'), { dtype: 'f16' }).cast('f32').data()).toEqual(rounded);
  });

  test('is subnormal for a uniform row of 65,536, and normal in f32', async () => {
    const row = backend().zeros([1, 65_536], 'f16');
    expect(new Set(await softmax(row).data())).toEqual(new Set([2 ** -16]));
    expect(new Set(await softmax(row, { dtype: 'f32' }).data())).toEqual(new Set([2 ** -16]));
    const longer = backend().zeros([1, 49_153], 'f16');
    expect((await softmax(longer).data())[0]).toBe(f16round(1 / 49_153));
    expect((await softmax(longer, { dtype: 'f32' }).data())[0]).toBeCloseTo(1 / 49_153, 12);
  });

  test('rejects integers and unknown dtypes', () => {
    const labels = backend().tensor(Int32Array.of(1, 2));
    expect(() => softmax(labels)).toThrow(new GradfoldError('softmax: x is i32, expected f32 or f16'));
    expect(() => softmax(labels, { dtype: 'f16' })).toThrow('softmax: x is i32, expected f32 or f16');
    expect(() => softmax(backend().tensor([1]), { dtype: 'i32' })).toThrow(
      "softmax: dtype is 'i32', expected 'f32' or 'f16'",
    );
    expect(() => backend().tensor([1], [1], 'f64' as 'f32')).toThrow(
      "tensor: dtype is 'f64', expected 'f32', 'f16', 'i32' or 'u32'",
    );
  });
});

test('the loss of f16 logits is f32, and scale keeps its gradient from underflowing', async () => {
  const rows = 4096;
  const logits = backend().tensor(
    uniform(rows * 10, -3, 3).map((value) => f16round(value)),
    [rows, 10],
    'f16',
  );
  const labels = backend().tensor(Int32Array.from({ length: rows }, (_, row) => row % 10));
  const plain = crossEntropyWithGradient(logits, labels);
  const scaled = crossEntropyWithGradient(logits, labels, { scale: 2 ** 16 });
  expect([plain.loss.dtype, plain.gradient.dtype]).toEqual(['f32', 'f16']);
  const host = { shape: [rows, 10], data: await logits.data() };
  const truth = reference.crossEntropyWithGradient(host, { shape: [rows], data: (await labels.data()) as Int32Array });
  expect(await plain.loss.item()).toBeCloseTo(truth.loss.data[0] as number, 6);
  const gradient = await scaled.gradient.data();
  for (const [i, d] of truth.gradient.data.entries())
    expect(Math.abs((gradient[i] as number) - 2 ** 16 * d)).toBeLessThanOrEqual(2 ** -10 * Math.abs(2 ** 16 * d));
  // Unscaled, the smallest gradients are lost to the spacing of subnormal halves, 2^-24.
  const lost = (await plain.gradient.data()).filter(
    (d, i) => Math.abs(d / (truth.gradient.data[i] as number) - 1) > 0.01,
  );
  expect(lost.length).toBeGreaterThan(100);
});

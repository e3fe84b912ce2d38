import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { matmul } from '../../src/ops/matmul.ts';
import * as reference from '../../src/reference/index.ts';
import { expectHalves, values, worst } from '../matmul_support.ts';
import { openBackend } from '../support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

describe('matmul', () => {
  test.each([
    [1, 1, 1],
    [3, 2, 5],
    [4, 4, 4],
    [5, 7, 9],
    [17, 31, 13],
    [64, 64, 64],
    [128, 784, 10],
    [33, 1001, 35],
    [1, 4099, 1],
    [2, 70_001, 3],
  ])('multiplies m × k by k × n in all four layouts: %i, %i, %i', async (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const [shapeA, shapeB] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
        const { error, baseline } = await worst(backend, shapeA, shapeB, { transposeA, transposeB });
        expect(error).toBeLessThanOrEqual(Math.max(1, 2 * baseline));
      }
    }
  });

  test('multiplies every pair of matrices over the leading axes', async () => {
    const all = [
      await worst(backend, [2, 3, 5, 6], [2, 3, 6, 7]),
      await worst(backend, [4, 8, 4], [4, 8, 12], { transposeA: true }),
      await worst(backend, [1, 300, 2], [1, 2, 300]),
      await worst(backend, [3, 2, 600], [3, 5, 600], { transposeB: true }),
    ];
    for (const { error, baseline } of all) expect(error).toBeLessThanOrEqual(Math.max(1, 2 * baseline));
  });

  test.each([
    [1, 1, 1],
    [5, 7, 9],
    [32, 64, 48],
    [33, 1001, 35],
    [2, 4099, 3],
    [128, 784, 10],
  ])('sums products of halves in f32 and rounds once: %i, %i, %i', async (m, k, n) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, true],
    ]) {
      await expectHalves(backend, m, k, n, { transposeA: transposeA!, transposeB: transposeB! });
    }
  });

  test('of halves allows partial sums beyond the range of f16', async () => {
    using a = backend.full([1, 8192], 256, 'f16');
    using b = backend.tensor(
      Float32Array.from({ length: 8192 }, (_, i) => (i < 4096 ? 256 : -256) + (i === 0 ? 0.25 : 0)),
      [8192, 1],
      'f16',
    );
    using c = matmul(a, b);
    expect(await c.item()).toBe(64);
    using large = matmul(a, a, { transposeB: true });
    expect(await large.item()).toBe(Infinity);
  });

  test('reads views at any offset', async () => {
    const data = values(200, 3);
    using all = backend.tensor(data);
    using a = all.view(5, [4, 8]);
    using b = all.view(67, [8, 4]);
    using c = matmul(a, b);
    const expected = reference.matmul(
      { shape: [4, 8], data: data.slice(5, 37) },
      { shape: [8, 4], data: data.slice(67, 99) },
    );
    for (const [i, value] of (await c.data()).entries()) expect(value).toBeCloseTo(expected.data[i]!, 3);
  });

  test('ignores the elements past the last k, here NaN', async () => {
    using all = backend.tensor([1, 2, 3, NaN, NaN, NaN, NaN, NaN]);
    using row = all.view(0, [1, 3]);
    using column = all.view(0, [3, 1]);
    using c = matmul(row, column);
    expect(await c.item()).toBe(14);
  });

  test('propagates NaN and infinities along their row or column only', async () => {
    using a = backend.tensor([
      [1, NaN],
      [1, 1],
      [Infinity, 1],
    ]);
    using b = backend.tensor([
      [1, 2],
      [3, 4],
    ]);
    using c = matmul(a, b);
    expect([...(await c.data())]).toEqual([NaN, NaN, 4, 6, Infinity, Infinity]);
  });

  test('is 0 for k = 0 and empty for m = 0', async () => {
    using a = backend.zeros([2, 0]);
    using b = backend.zeros([0, 3]);
    using c = matmul(a, b);
    expect([...(await c.data())]).toEqual([0, 0, 0, 0, 0, 0]);
    using none = matmul(b, backend.zeros([3, 5]));
    expect(none.shape).toEqual([0, 5]);
    expect((await none.data()).length).toBe(0);
  });

  test('gives the same bits on every run', async () => {
    using a = backend.tensor(values(128 * 784, 1), [128, 784]);
    using b = backend.tensor(values(784 * 10, 2), [784, 10]);
    using first = matmul(a, b);
    using second = matmul(a, b);
    expect(await second.data()).toEqual(await first.data());
  });

  test('frees its temporaries', () => {
    using a = backend.zeros([4, 4096]);
    using b = backend.zeros([4096, 4]);
    const before = backend.memory().liveBytes;
    matmul(a, b).dispose();
    expect(backend.memory().liveBytes).toBe(before);
  });

  test('names the operand that does not match', () => {
    using a = backend.zeros([2, 3]);
    using b = backend.zeros([4, 5]);
    using v = backend.zeros([3]);
    using batch = backend.zeros([2, 3, 5]);
    using labels = backend.zeros([3, 5], 'i32');
    expect(() => matmul(a, b)).toThrow('matmul: b is [4, 5], expected [3, ...] to multiply a [2, 3]');
    expect(() => matmul(a, b, { transposeB: true })).toThrow(
      'matmul: b is [4, 5], expected [..., 3] to multiply a [2, 3]',
    );
    expect(() => matmul(a, b, { transposeA: true })).toThrow(
      'matmul: b is [4, 5], expected [2, ...] to multiply a [2, 3] transposed',
    );
    expect(() => matmul(a, batch)).toThrow('matmul: b is [2, 3, 5], expected [3, ...] to multiply a [2, 3]');
    expect(() => matmul(batch, a)).toThrow('matmul: b is [2, 3], expected [2, 5, ...] to multiply a [2, 3, 5]');
    expect(() => matmul(v, b)).toThrow('matmul: a is [3], expected at least two axes');
    expect(() => matmul(a, labels)).toThrow('matmul: b is i32, expected f32 like a');
    expect(() => matmul(a, b.cast('f16'))).toThrow('matmul: b is f16, expected f32 like a');
    expect(() => matmul(labels, labels)).toThrow('matmul: a is i32, expected f32 or f16');
  });
});

import { describe, expect, test } from 'vitest';
import { clipByGlobalNorm, sum, type Tensor, valueAndGrad } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { hostOf, read, upload } from '../optim_support.ts';
import { sameBits, uniform, useBackend } from '../support.ts';

const backend = useBackend();

describe('gradients clipped by their global norm', () => {
  test('have the norm of float64 and are scaled like PyTorch’s', async () => {
    const gradients = hostOf(3);
    for (const maxNorm of [1e-3, 1, 1e3]) {
      const expected = reference.clipByGlobalNorm(gradients, maxNorm);
      const { gradients: clipped, norm } = clipByGlobalNorm(upload(backend(), gradients), maxNorm);
      expect(Math.abs((await norm.item()) / expected.norm - 1)).toBeLessThan(4 / 2 ** 23);
      for (const [i, data] of (await read(clipped)).entries())
        for (const [j, value] of data.entries()) {
          const truth = expected.gradients[i]?.data[j] as number;
          expect(Math.abs(value - truth)).toBeLessThanOrEqual((8 / 2 ** 23) * Math.abs(truth));
        }
    }
  });

  test('have the norm of float64 even over millions of elements, whose sum is sliced', async () => {
    const many = [{ shape: [1_200_003], data: uniform(1_200_003, -1, 3, 5) }];
    const { norm } = clipByGlobalNorm(upload(backend(), many), 1);
    const { norm: expected } = reference.clipByGlobalNorm(many, 1);
    expect(Math.abs((await norm.item()) / expected - 1)).toBeLessThan(4 / 2 ** 23);
  });

  test('keep every bit below maxNorm, and are never changed in place', async () => {
    const gradients = hostOf(3);
    const given = upload(backend(), gradients);
    const { gradients: same } = clipByGlobalNorm(given, Number.POSITIVE_INFINITY);
    const { gradients: none } = clipByGlobalNorm(given, 0);
    for (const [i, { data }] of gradients.entries()) {
      expect(sameBits((await read(same))[i] as Float32Array, data)).toBe(true);
      expect(sameBits((await read(given))[i] as Float32Array, data)).toBe(true);
      for (const value of (await read(none))[i] as Float32Array) expect(value).toBeCloseTo(0, 12);
    }
  });

  test('have an accurate norm even if squares overflow or underflow', async () => {
    for (const [values, norm] of [
      [[3e30, 4e30], 5e30],
      [[3e-30, 4e-30], 5e-30],
      [[3e-30, 4e-30, 1e20], 1e20],
      [[1e10, 1e18, 3e37], 3e37],
      [[0, 0], 0],
      [[2e38, 2e38], 2.828427e38],
    ] as const) {
      const { norm: actual, gradients } = clipByGlobalNorm(backend().tensor([...values]), norm / 2);
      if (norm === 0) expect(await actual.item()).toBe(0);
      else expect(Math.abs((await actual.item()) / norm - 1), `${values}`).toBeLessThan(1e-6);
      const half = Math.min(1, norm / 2 / (norm + 1e-6));
      for (const [i, value] of (await gradients.data()).entries())
        expect(Math.abs(value - half * (values[i] as number))).toBeLessThanOrEqual(1e-6 * norm);
    }
  });

  test('propagate NaN and infinities like PyTorch’s', async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    for (const [values, norm, expected] of [
      [[1, -infinity], infinity, [0, nan]],
      [[1, nan, infinity], nan, [nan, nan, nan]],
      [[3e38, 3e38], infinity, [0, 0]],
    ] as const) {
      const { norm: actual, gradients } = clipByGlobalNorm(backend().tensor([...values]), 1);
      expect(await actual.item()).toBe(norm);
      expect([...(await gradients.data())]).toEqual([...expected]);
    }
  });

  test('are not differentiable, and the error says so', () => {
    const p = backend().tensor([1, 2]);
    expect(() => valueAndGrad((p: Tensor) => sum(clipByGlobalNorm(p, 1).gradients))(p)).toThrow(
      'valueAndGrad: clipByGlobalNorm has no gradient',
    );
  });
});

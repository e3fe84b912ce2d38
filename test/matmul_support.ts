// Compares products with float64, for the tests of both matmul kernels.

import { expect } from 'vitest';
import type { Backend } from '../src/core/backend.ts';
import { type MatmulOptions, matmul } from '../src/ops/matmul.ts';
import { float32 } from '../src/reference/float32.ts';
import * as reference from '../src/reference/index.ts';

export const ULP = 2 ** -23;

export function values(size: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.25) * (i % 997 === 3 ? 1000 : 1);
  });
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** The largest errors relative to Σ|a|·|b|, in ulp, of the GPU and of the float32 baseline in blocks of 256. */
export async function worst(backend: Backend, shapeA: number[], shapeB: number[], options: MatmulOptions = {}) {
  const a = { shape: shapeA, data: values(sizeOf(shapeA), 1) };
  const b = { shape: shapeB, data: values(sizeOf(shapeB), 2) };
  using left = backend.tensor(a.data, shapeA);
  using right = backend.tensor(b.data, shapeB);
  using c = matmul(left, right, options);
  const expected = reference.matmul(a, b, options);
  const absolute = (x: typeof a) => ({ ...x, data: x.data.map(Math.abs) });
  const scale = reference.matmul(absolute(a), absolute(b), options);
  expect(c.shape).toEqual(expected.shape);
  const worstOf = (actual: ArrayLike<number>) =>
    expected.data.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value) / scale.data[i]! / ULP), 0);
  return { error: worstOf(await c.data()), baseline: worstOf(float32.matmul(a, b, options).data) };
}

/** Expects a product of halves to be summed in f32 and rounded once. */
export async function expectHalves(backend: Backend, m: number, k: number, n: number, options: MatmulOptions) {
  const [shapeA, shapeB] = [options.transposeA ? [k, m] : [m, k], options.transposeB ? [n, k] : [k, n]];
  using a = backend.tensor(values(m * k, 1), shapeA, 'f16');
  using b = backend.tensor(values(k * n, 2), shapeB, 'f16');
  using c = matmul(a, b, options);
  expect(c.dtype).toBe('f16');
  const [left, right] = [
    { shape: shapeA, data: await a.data() },
    { shape: shapeB, data: await b.data() },
  ];
  const truth = reference.matmul(left, right, options).data;
  const absolute = (x: typeof left) => ({ ...x, data: x.data.map(Math.abs) });
  const scale = reference.matmul(absolute(left), absolute(right), options).data;
  for (const [i, value] of (await c.data()).entries()) {
    if (Math.abs(truth[i]!) > 65_519) continue; // rounds to infinity
    const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(truth[i]!))), -14) - 10);
    expect(Math.abs(value - truth[i]!)).toBeLessThanOrEqual(unit / 2 + 4 * ULP * scale[i]!);
  }
}

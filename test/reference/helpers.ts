import { expect } from 'vitest';
import type { Float64NdArray, NdArray } from '../../src/reference/index.ts';

/** Returns an array of nested numbers: nd([[1, 2], [3, 4]]). */
export function nd(nested: NestedNumbers): NdArray & { data: Float64Array } {
  const shape: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0] ?? 0) shape.push(level.length);
  const flat = (part: NestedNumbers): number[] => (Array.isArray(part) ? part.flatMap(flat) : [part]);
  return { shape, data: Float64Array.from(flat(nested)) };
}
type NestedNumbers = number | NestedNumbers[];

export function labels(...values: number[]): NdArray {
  return { shape: [values.length], data: Int32Array.from(values) };
}

/** Normally distributed values with the given `mean` and `std`, determined by the seed. */
export function normal(shape: number[], { seed = 1, mean = 0, std = 1 } = {}): NdArray & { data: Float64Array } {
  const size = shape.reduce((product, n) => product * n, 1);
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const draw = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { shape, data: Float64Array.from({ length: size }, () => mean + std * draw()) };
}

/** Rows of probabilities. */
export function distributions(shape: [number, number], seed = 7): NdArray & { data: Float64Array } {
  const x = normal(shape, { seed });
  const [rows, cols] = shape;
  for (let r = 0; r < rows; r++) {
    const row = x.data.subarray(r * cols, (r + 1) * cols);
    const e = row.map(Math.exp);
    const total = e.reduce((sum, v) => sum + v, 0);
    row.set(e.map((v) => v / total));
  }
  return x;
}

/** The derivative of Σ f(x)·upstream with respect to each element of x, by central differences. */
export function numericGradient(
  f: (x: NdArray) => Float64NdArray,
  x: NdArray & { data: Float64Array },
  upstream?: NdArray & { data: Float64Array },
): Float64Array {
  const h = 1e-5;
  const at = (i: number, step: number): number => {
    const moved = x.data.slice();
    moved[i]! += step;
    return f({ shape: x.shape, data: moved }).data.reduce((sum, y, k) => sum + y * (upstream?.data[k] ?? 1), 0);
  };
  return x.data.map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
}

/** Expects each element within `tolerance`·max(1, |expected|), and equal NaN and infinities. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-13): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))) continue;
    expect.fail(`element ${i} is ${a}, expected ${e} within ${tolerance}`);
  }
}

/** Expects |actual / expected - 1| of at most `tolerance`, for values far below 1. */
export function expectRelative(actual: number | undefined, expected: number, tolerance = 1e-14): void {
  expect(Math.abs(actual! / expected - 1), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

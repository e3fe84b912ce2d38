import { expect } from 'vitest';
import type { Backend } from '../src/core/backend.ts';
import {
  add,
  matmul,
  mean,
  multiply,
  type Optimizer,
  relu,
  type StepOptions,
  type Tensor,
  valueAndGrad,
} from '../src/index.ts';
import { uniform, watchLaunches } from './support.ts';

export const STEPS = 20;

/**
 * The error after 20 steps, relative to the largest parameter. Each step rounds p, its update (7 roundings, of which
 * WGSL permits 2.5 ulp each for a quotient and a root), m and v: 4 ulp of f32 per step, 2^-23 each, in the same
 * direction at worst.
 */
const TOLERANCE = (STEPS * 4) / 2 ** 23;

/** Sizes that are a multiple of four, and one, two and three more; a scalar; an empty tensor. */
const SHAPES = [[3, 5], [5], [5, 4], [], [2, 7], [0, 3], [1], [6]];

export interface Host {
  readonly shape: number[];
  readonly data: Float32Array<ArrayBuffer>;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

export function hostOf(seed: number, shapes: readonly number[][] = SHAPES, low = -1, high = 1): Host[] {
  return shapes.map((shape, i) => ({ shape, data: uniform(sizeOf(shape), low, high, seed * 100 + i) }));
}

export function upload(backend: Backend, arrays: readonly Host[]): Tensor[] {
  return arrays.map(({ shape, data }) => backend.tensor(data, shape));
}

export function read(tensors: readonly Tensor[]) {
  return Promise.all(tensors.map((tensor) => tensor.data()));
}

/** Gradients for this many steps, with very different magnitudes. */
export function gradientsOf(steps = STEPS, shapes = SHAPES): Host[][] {
  return Array.from({ length: steps }, (_, step) =>
    hostOf(step + 2, shapes, -(2 ** (step % 5)), 2 ** ((step + 3) % 5)),
  );
}

export function stepThrough(
  backend: Backend,
  optimizer: Optimizer<Tensor[]>,
  steps: readonly Host[][],
  options?: StepOptions,
): void {
  for (const step of steps) backend.scope(() => optimizer.step(upload(backend, step), options));
}

export function expectClose(actual: readonly ArrayLike<number>[], expected: readonly { data: Float64Array }[]): void {
  const largest = Math.max(...expected.flatMap(({ data }) => [...data].map(Math.abs)));
  let worst = 0;
  for (const [index, { data }] of expected.entries()) {
    expect(actual[index]).toHaveLength(data.length);
    for (const [i, value] of data.entries())
      worst = Math.max(worst, Math.abs((actual[index]?.[i] ?? Number.NaN) - value) / largest);
  }
  expect(worst).toBeLessThanOrEqual(TOLERANCE);
}

/** The kernels that `fn` launches, in order. */
export function kernelsOf(backend: Backend, fn: () => unknown): string[] {
  using watch = watchLaunches(backend);
  fn();
  return watch.launches.map(({ kernel }) => kernel.entry);
}

/** Three layers, with six parameter tensors in all. */
export type Layers = { weight: Tensor; bias: Tensor }[];

export function layersOf(backend: Backend): Layers {
  const layer = (rows: number, cols: number) => ({
    weight: backend.tensor(uniform(rows * cols, -0.3, 0.3, rows), [rows, cols]),
    bias: backend.zeros([cols]),
  });
  return [layer(7, 9), layer(9, 5), layer(5, 3)];
}

export function inputOf(backend: Backend): Tensor {
  return backend.tensor(uniform(28, -1, 1), [4, 7]);
}

export const lossOf = valueAndGrad((layers: Layers, x: Tensor) => {
  let h = x;
  for (const { weight, bias } of layers) h = relu(add(matmul(h, weight), bias));
  return mean(multiply(h, h));
});

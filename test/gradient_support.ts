import { expect } from 'vitest';
import type { Backend } from '../src/core/backend.ts';
import * as ops from '../src/index.ts';
import * as reference from '../src/reference/index.ts';

/** Gradfold's ops or the reference's. A function written in terms of them runs on both. */
// biome-ignore lint/suspicious/noExplicitAny: tensors here, float64 arrays there.
export type Library = any;

/** An array on the host. Its values are multiples of 2^-20, which f32 represents exactly. */
export interface Host {
  readonly shape: number[];
  readonly data: Float64Array;
}

export type Parameters = Record<string, Host>;

/** Labels or values that are not parameters. */
export interface Constant {
  readonly shape: number[];
  readonly data: Float64Array | Int32Array;
}

/** A scalar function of parameters. `c` makes a constant of the given library from an array. */
export type Fn = (lib: Library, p: Library, c: (host: Constant) => Library) => Library;

export function host(shape: number[], values: ArrayLike<number>): Host {
  return { shape, data: Float64Array.from(values, (value) => Math.round(value * 2 ** 20) / 2 ** 20) };
}

/** Adds `reshape` to the reference, which has plain arrays and no views. */
const library = {
  ...reference,
  reshape: ({ data }: Host, shape: number[]) => ({ shape, data }),
};

const gradfold = { ...ops, reshape: (x: ops.Tensor, shape: number[]) => x.reshape(shape) };

function referenceValue(fn: Fn, p: Parameters): number {
  return fn(library, p, (value) => value).data[0];
}

/** Small enough for a truncation error of 1e-9 of a slope, large enough for a rounding error no greater than that. */
const STEP = 2 ** -17;

/**
 * The gradients of the reference's function by central differences in float64. Undefined where two one-sided slopes
 * differ, which shows a kink within a step.
 */
export function slopesOf(fn: Fn, p: Parameters): Record<string, Float64Array> | undefined {
  const here = referenceValue(fn, p);
  let kink = false;
  let largest = 0;
  const seconds: number[] = [];
  const slopes = Object.entries(p).map(([name, { shape, data }]) => {
    const slope = Float64Array.from(data, (_, i) => {
      const at = (step: number) => {
        const moved = Float64Array.from(data);
        moved[i] = (moved[i] as number) + step;
        return referenceValue(fn, { ...p, [name]: { shape, data: moved } });
      };
      const [up, down] = [at(STEP), at(-STEP)];
      const [right, left] = [(up - here) / STEP, (here - down) / STEP];
      seconds.push(Math.abs(right - left));
      largest = Math.max(largest, Math.abs(right), Math.abs(left));
      return (up - down) / (2 * STEP);
    });
    return [name, slope] as const;
  });
  for (const second of seconds) kink ||= second > 1e-2 * largest;
  return kink ? undefined : Object.fromEntries(slopes);
}

/** The function's value and gradients as Gradfold computes them. */
export async function gradientsOf(
  backend: Backend,
  fn: Fn,
  p: Parameters,
): Promise<{ value: number; gradients: Record<string, Float64Array> }> {
  const tensors = Object.fromEntries(
    Object.entries(p).map(([name, { shape, data }]) => [name, backend.tensor(Float32Array.from(data), shape)]),
  );
  const made: ops.Tensor[] = [];
  const constant = ({ shape, data }: Constant) => {
    const tensor = backend.tensor(data instanceof Int32Array ? data : Float32Array.from(data), shape);
    made.push(tensor);
    return tensor;
  };
  const { value, gradients } = ops.valueAndGrad((parameters: Record<string, ops.Tensor>) =>
    fn(gradfold, parameters, constant),
  )(tensors);
  const read = await Promise.all(
    Object.entries(gradients).map(async ([name, tensor]) => [name, Float64Array.from(await tensor.data())] as const),
  );
  const result = { value: await value.item(), gradients: Object.fromEntries(read) };
  for (const tensor of [value, ...Object.values(gradients), ...Object.values(tensors), ...made]) tensor.dispose();
  return result;
}

/** The largest difference between Gradfold's gradients and the reference's slopes, relative to the largest slope. */
export function errorOf(gradients: Record<string, Float64Array>, slopes: Record<string, Float64Array>): number {
  let largest = 0;
  let difference = 0;
  for (const [name, slope] of Object.entries(slopes)) {
    expect(gradients[name]).toHaveLength(slope.length);
    for (const [i, value] of slope.entries()) {
      largest = Math.max(largest, Math.abs(value));
      const off = Math.abs((gradients[name]?.[i] as number) - value);
      difference = Math.max(difference, Number.isNaN(off) ? Infinity : off);
    }
  }
  return largest === 0 ? difference : difference / largest;
}

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

/** The step of the differences that stand for gradients within a function of the reference. */
const INNER_STEP = 2 ** -8;

/** The derivative of f at 0, by differences of fourth order. NaN if f has a kink within their reach. */
function derivativeOf(f: (t: number) => number): number {
  const apart = (step: number) => (f(step) - f(-step)) / (2 * step);
  const [near, far] = [apart(INNER_STEP), apart(2 * INNER_STEP)];
  const smooth = Math.abs(near - far) <= 1e-3 * Math.max(1, Math.abs(near));
  return smooth ? (4 * near - far) / 3 : Number.NaN;
}

/** Adds `reshape` and gradients to the reference, which has plain arrays and no views. */
const library = {
  ...reference,
  reshape: ({ data }: Host, shape: number[]) => ({ shape, data }),
  gradientAt: (fn: (x: Host) => Host, { shape, data }: Host) => ({
    shape,
    data: data.map((value, i) => derivativeOf((t) => fn({ shape, data: data.with(i, value + t) }).data[0] as number)),
  }),
  slopeAlong: (fn: Fn, p: Parameters, c: Make, along: Parameters) => {
    const at = (t: number) =>
      Object.entries(p).map(([name, { shape, data }]) => {
        const direction = (along[name] as Host).data;
        return [name, { shape, data: data.map((value, i) => value + t * (direction[i] as number)) }];
      });
    return {
      shape: [],
      data: Float64Array.of(derivativeOf((t) => fn(library, Object.fromEntries(at(t)), c).data[0])),
    };
  },
};

type Make = (host: Constant) => Library;

const gradfold = {
  ...ops,
  reshape: (x: ops.Tensor, shape: number[]) => x.reshape(shape),
  // A view, so that other uses of x in fn are constants, as in the reference.
  gradientAt: (fn: (x: ops.Tensor) => ops.Tensor, x: ops.Tensor) => ops.valueAndGrad(fn)(x.reshape(x.shape)).gradients,
  slopeAlong: (fn: Fn, p: Record<string, ops.Tensor>, c: Make, along: Parameters): ops.Tensor => {
    const { gradients } = ops.valueAndGrad((q: Record<string, ops.Tensor>) => fn(gradfold, q, c))(p);
    const slopes = Object.entries(gradients).map(([name, slope]) =>
      ops.sum(ops.multiply(slope, c(along[name] as Host))),
    );
    return slopes.reduce((total, slope) => ops.add(total, slope));
  },
};

/** The derivative of a function along a direction: Σ gradient·direction. Its gradient is the Hessian's product. */
export const alongGradient =
  (fn: Fn, direction: Parameters): Fn =>
  (lib, p, c) =>
    lib.slopeAlong(fn, p, c, direction);

function referenceValue(fn: Fn, p: Parameters): number {
  return fn(library, p, (value) => value).data[0];
}

/** Small enough for a truncation error of 1e-9 of a slope, large enough for a rounding error no greater than that. */
const STEP = 2 ** -17;
/** The same for functions that contain gradients, whose rounding errors are larger. */
export const STEP_OF_GRADIENTS = 2 ** -12;
/** More than the rounding error of a slope. */
const ROUNDING = 1e-9;

/**
 * The gradients of the reference's function by central differences of `step` in float64. Undefined where two one-sided
 * slopes differ, which shows a kink within a step.
 */
export function slopesOf(fn: Fn, p: Parameters, step = STEP): Record<string, Float64Array> | undefined {
  const here = referenceValue(fn, p);
  let largest = 0;
  const seconds: number[] = [];
  const slopes = Object.entries(p).map(([name, { shape, data }]) => {
    const slope = Float64Array.from(data, (value, i) => {
      const at = (t: number) => referenceValue(fn, { ...p, [name]: { shape, data: data.with(i, value + t) } });
      const [up, down] = [at(step), at(-step)];
      const [right, left] = [(up - here) / step, (here - down) / step];
      seconds.push(Math.abs(right - left));
      largest = Math.max(largest, Math.abs(right), Math.abs(left));
      return (up - down) / (2 * step);
    });
    return [name, slope] as const;
  });
  if (largest < ROUNDING) for (const [, slope] of slopes) slope.fill(0);
  const smooth = seconds.every((second) => second <= 1e-2 * largest + ROUNDING);
  return smooth ? Object.fromEntries(slopes) : undefined;
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

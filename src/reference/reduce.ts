import { argmaxOf } from './argmax.ts';
import { type Arithmetic, exact } from './arithmetic.ts';
import { normalizeAxis } from './axis.ts';
import { type Float64NdArray, type NdArray, sizeOf, valuesOf } from './nd_array.ts';
import { readStrided, stridesOf } from './strided.ts';

export interface ReduceOptions {
  /** The axes that are folded. @default all */
  axis?: number | readonly number[];
  /** Keep the folded axes, each with length 1. @default false */
  keepDims?: boolean;
}

/** `fold` of all entries that share their coordinates on the axes that stay. */
function reduce(
  op: string,
  x: NdArray,
  options: ReduceOptions,
  fold: (values: Float64Array) => number,
  arithmetic: Arithmetic,
): Float64NdArray {
  const every = x.shape.map((_, axis) => axis);
  const folded = new Set([options.axis ?? every].flat().map((axis) => normalizeAxis(op, x.shape, axis)));
  const stay = every.filter((axis) => !folded.has(axis));
  const gone = every.filter((axis) => folded.has(axis));
  const strides = stridesOf(x.shape);
  const order = [...stay, ...gone];
  const lengthOf = (axis: number): number => x.shape[axis]!;
  const byGroup = readStrided(
    valuesOf(op, 'x', x, arithmetic),
    order.map(lengthOf),
    order.map((axis) => strides[axis]!),
  );
  const size = sizeOf(gone.map(lengthOf));
  const data = new Float64Array(sizeOf(stay.map(lengthOf)));
  for (let i = 0; i < data.length; i++) data[i] = fold(byGroup.subarray(i * size, (i + 1) * size));
  const shape = options.keepDims ? x.shape.map((n, axis) => (folded.has(axis) ? 1 : n)) : stay.map(lengthOf);
  return { shape, data };
}

/**
 * The sum along one axis, several or all; 0 over nothing.
 *
 * @param x any shape
 * @returns x's shape without the folded axes
 */
export function sum(x: NdArray, options: ReduceOptions = {}, arithmetic: Arithmetic = exact): Float64NdArray {
  return reduce('sum', x, options, (values) => arithmetic.sum(values), arithmetic);
}

/**
 * The mean along one axis, several or all; NaN over nothing.
 *
 * @param x any shape
 * @returns x's shape without the folded axes
 */
export function mean(x: NdArray, options: ReduceOptions = {}, arithmetic: Arithmetic = exact): Float64NdArray {
  const meanOf = (values: Float64Array): number => arithmetic.round(arithmetic.sum(values) / values.length);
  return reduce('mean', x, options, meanOf, arithmetic);
}

/**
 * The largest entry along one axis, several or all; NaN where there is one.
 *
 * @param x any shape
 * @returns x's shape without the folded axes
 * @throws Error over nothing, which has no largest entry
 */
export function max(x: NdArray, options: ReduceOptions = {}, arithmetic: Arithmetic = exact): Float64NdArray {
  const maxOf = (values: Float64Array): number => {
    if (values.length === 0) throw new Error('max: the folded axes have no entries');
    return values[argmaxOf(values)]!;
  };
  return reduce('max', x, options, maxOf, arithmetic);
}

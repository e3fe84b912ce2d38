import { normalizeAxis } from './axis.ts';
import { type Float64NdArray, type NdArray, sizeOf, valuesOf } from './nd_array.ts';
import { readStrided, stridesOf } from './strided.ts';

export interface ReduceOptions {
  /** The axes to reduce. @default all */
  axis?: number | readonly number[];
  /** Keep the reduced axes, each with length 1. @default false */
  keepDims?: boolean;
}

/** Applies `fold` to each group of elements with the same coordinates on the remaining axes. */
export function reduce(
  op: string,
  x: NdArray,
  options: ReduceOptions,
  fold: (values: Float64Array) => number,
): Float64NdArray {
  const every = x.shape.map((_, axis) => axis);
  const folded = new Set([options.axis ?? every].flat().map((axis) => normalizeAxis(op, x.shape, axis)));
  const stay = every.filter((axis) => !folded.has(axis));
  const gone = every.filter((axis) => folded.has(axis));
  const strides = stridesOf(x.shape);
  const order = [...stay, ...gone];
  const lengthOf = (axis: number): number => x.shape[axis]!;
  const byGroup = readStrided(
    valuesOf(op, 'x', x),
    order.map(lengthOf),
    order.map((axis) => strides[axis]!),
  );
  const size = sizeOf(gone.map(lengthOf));
  const data = new Float64Array(sizeOf(stay.map(lengthOf)));
  for (let i = 0; i < data.length; i++) data[i] = fold(byGroup.subarray(i * size, (i + 1) * size));
  const shape = options.keepDims ? x.shape.map((n, axis) => (folded.has(axis) ? 1 : n)) : stay.map(lengthOf);
  return { shape, data };
}

import { type Float64NdArray, type NdArray, shapeText, valuesOf } from './nd_array.ts';

/**
 * A row-major shape viewed along one axis, as [outer, length, inner]. A *row* runs along the axis with the other
 * coordinates fixed. A *slab* is everything at one position of the axis (a channel in batch norm).
 */
export interface AxisView {
  axis: number;
  outer: number;
  length: number;
  inner: number;
  /** The number of rows: outer * inner. */
  rows: number;
}

/** Returns `axis` as a number from 0 to rank - 1. Negative axes count from the end; a scalar accepts 0 and -1. */
export function normalizeAxis(op: string, shape: readonly number[], axis: number, name = 'axis'): number {
  const rank = Math.max(shape.length, 1);
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(`${op}: ${name} is ${axis}, expected an axis of ${shapeText(shape)}`);
  }
  return axis < 0 ? axis + rank : axis;
}

export function axisView(op: string, shape: readonly number[], axis: number, name = 'axis'): AxisView {
  const at = normalizeAxis(op, shape, axis, name);
  const product = (dims: readonly number[]): number => dims.reduce((size, n) => size * n, 1);
  const outer = product(shape.slice(0, at));
  const inner = product(shape.slice(at + 1));
  return { axis: at, outer, length: shape[at] ?? 1, inner, rows: outer * inner };
}

/** Returns the shape after the axis is reduced to one value per row. */
export function foldedShape(shape: readonly number[], axis: number, keepDims: boolean): number[] {
  const ones = keepDims ? [1] : [];
  return shape.flatMap((n, i) => (i === axis ? ones : [n]));
}

const rowStart = (view: AxisView, row: number): number =>
  Math.floor(row / view.inner) * view.length * view.inner + (row % view.inner);

export function readRow(values: Float64Array, view: AxisView, row: number): Float64Array {
  const start = rowStart(view, row);
  if (view.inner === 1) return values.subarray(start, start + view.length);
  const out = new Float64Array(view.length);
  for (let k = 0; k < view.length; k++) out[k] = values[start + k * view.inner]!;
  return out;
}

export function writeRow(values: Float64Array, view: AxisView, row: number, from: Float64Array): void {
  const start = rowStart(view, row);
  for (let k = 0; k < view.length; k++) values[start + k * view.inner] = from[k]!;
}

/** Returns all outer * inner values at position `k` of the axis. */
export function readSlab(values: Float64Array, view: AxisView, k: number): Float64Array {
  const { outer, length, inner } = view;
  const out = new Float64Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    const start = (o * length + k) * inner;
    for (let i = 0; i < inner; i++) out[o * inner + i] = values[start + i]!;
  }
  return out;
}

export function writeSlab(values: Float64Array, view: AxisView, k: number, from: Float64Array): void {
  const { outer, length, inner } = view;
  for (let o = 0; o < outer; o++) {
    const start = (o * length + k) * inner;
    for (let i = 0; i < inner; i++) values[start + i] = from[o * inner + i]!;
  }
}

/** Replaces each row with `f` of it. The shape stays the same. */
export function mapRows(
  op: string,
  x: NdArray,
  axis: number,
  f: (row: Float64Array, index: number) => Float64Array,
  read = valuesOf,
): Float64NdArray {
  const view = axisView(op, x.shape, axis);
  const values = read(op, 'x', x);
  const data = new Float64Array(values.length);
  for (let r = 0; r < view.rows; r++) writeRow(data, view, r, f(readRow(values, view, r), r));
  return { shape: [...x.shape], data };
}

/** Reduces each row to one value with `f`. The axis is dropped, or kept with length 1. */
export function foldRows(
  op: string,
  x: NdArray,
  options: { axis?: number; keepDims?: boolean },
  f: (row: Float64Array) => number,
  read = valuesOf,
): Float64NdArray {
  const view = axisView(op, x.shape, options.axis ?? -1);
  const values = read(op, 'x', x);
  const data = new Float64Array(view.rows);
  for (let r = 0; r < view.rows; r++) data[r] = f(readRow(values, view, r));
  return { shape: foldedShape(x.shape, view.axis, options.keepDims ?? false), data };
}

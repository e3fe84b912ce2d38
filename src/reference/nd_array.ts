import { isFloat32, round } from './arithmetic.ts';

/** An input of the reference: a shape and its values in row-major order, in any array. */
export interface NdArray {
  shape: readonly number[];
  data: ArrayLike<number> | BigInt64Array;
}

/** A result of the reference: always float64. */
export interface Float64NdArray {
  shape: number[];
  data: Float64Array;
}

/** Returns the number of values in a shape. The shape of a scalar is []. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

/** Returns a shape as error messages show it: `[4, 7]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Returns the array's values as numbers. Do not write to the result: it may be `x.data`. */
export function storedValues(op: string, name: string, x: NdArray): Float64Array {
  const { shape, data } = x;
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new Error(`${op}: ${name} holds ${data.length} values, its shape ${shapeText(shape)} needs ${size}`);
  }
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
}

/** Returns the array's values, each rounded as the arithmetic stores it. */
export function valuesOf(op: string, name: string, x: NdArray): Float64Array {
  const values = storedValues(op, name, x);
  return isFloat32() ? values.map(round) : values;
}

/** Throws unless `x` has the shape of another argument, which `like` names. */
export function requireShape(op: string, name: string, x: NdArray, shape: readonly number[], like?: string): void {
  if (sameShape(x.shape, shape)) return;
  const suffix = like === undefined ? '' : ` like ${like}`;
  throw new Error(`${op}: ${name} is ${shapeText(x.shape)}, expected ${shapeText(shape)}${suffix}`);
}

export function scalar(value: number): Float64NdArray {
  return { shape: [], data: Float64Array.of(value) };
}

export function vector(data: Float64Array): Float64NdArray {
  return { shape: [data.length], data };
}

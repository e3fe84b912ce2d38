import { round } from './arithmetic.ts';
import { broadcastShape, broadcastValues } from './broadcast.ts';
import { type Float64NdArray, type NdArray, valuesOf } from './nd_array.ts';

export type Binary = (a: NdArray, b: NdArray) => Float64NdArray;
export type Unary = (x: NdArray) => Float64NdArray;

/** A function of two arrays that broadcast as in NumPy. */
export function binary(op: string, f: (a: number, b: number) => number): Binary {
  return (a, b) => {
    const shape = broadcastShape(op, a.shape, b.shape);
    const as = broadcastValues(op, 'a', a, shape);
    const bs = broadcastValues(op, 'b', b, shape);
    return { shape, data: as.map((left, i) => round(f(left, bs[i]!))) };
  };
}

/** A function of one array. */
export function unary(op: string, f: (x: number) => number): Unary {
  return (x) => ({ shape: [...x.shape], data: valuesOf(op, 'x', x).map((value) => round(f(value))) });
}

/** The slope at `x` of a function that rises everywhere: positive at every finite `x`, also where it underflows. */
export function positive(slope: number, x: number): number {
  return Number.isFinite(x) ? Math.max(slope, 2 ** -1000) : slope;
}

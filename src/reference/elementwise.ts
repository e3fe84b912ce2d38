import { type Arithmetic, exact } from './arithmetic.ts';
import { broadcastShape, broadcastValues } from './broadcast.ts';
import { type Float64NdArray, type NdArray, valuesOf } from './nd_array.ts';

export type Binary = (a: NdArray, b: NdArray, arithmetic?: Arithmetic) => Float64NdArray;
export type Unary = (x: NdArray, arithmetic?: Arithmetic) => Float64NdArray;

/** A function of two arrays, which broadcast as in numpy. */
export function binary(op: string, f: (a: number, b: number) => number): Binary {
  return (a, b, arithmetic = exact) => {
    const shape = broadcastShape(op, a.shape, b.shape);
    const as = broadcastValues(op, 'a', a, shape, arithmetic);
    const bs = broadcastValues(op, 'b', b, shape, arithmetic);
    return { shape, data: as.map((left, i) => arithmetic.round(f(left, bs[i]!))) };
  };
}

/** A function of one array. `round` is the arithmetic's, for functions of several steps. */
export function unary(op: string, f: (x: number, round: (x: number) => number) => number): Unary {
  return (x, arithmetic = exact) => {
    const { round } = arithmetic;
    const data = valuesOf(op, 'x', x, arithmetic).map((value) => round(f(value, round)));
    return { shape: [...x.shape], data };
  };
}

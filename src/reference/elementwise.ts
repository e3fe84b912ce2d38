import { type Arithmetic, exact } from './arithmetic.ts';
import { broadcastShape, broadcastValues } from './broadcast.ts';
import { type Float64NdArray, type NdArray, valuesOf } from './nd_array.ts';

type Binary = (a: NdArray, b: NdArray, arithmetic?: Arithmetic) => Float64NdArray;
type Unary = (x: NdArray, arithmetic?: Arithmetic) => Float64NdArray;

function binary(op: string, f: (a: number, b: number) => number): Binary {
  return (a, b, arithmetic = exact) => {
    const shape = broadcastShape(op, a.shape, b.shape);
    const as = broadcastValues(op, 'a', a, shape, arithmetic);
    const bs = broadcastValues(op, 'b', b, shape, arithmetic);
    return { shape, data: as.map((left, i) => arithmetic.round(f(left, bs[i]!))) };
  };
}

function unary(op: string, f: (x: number, round: (x: number) => number) => number): Unary {
  return (x, arithmetic = exact) => {
    const { round } = arithmetic;
    const data = valuesOf(op, 'x', x, arithmetic).map((value) => round(f(value, round)));
    return { shape: [...x.shape], data };
  };
}

/** a + b, broadcast as in numpy. */
export const add: Binary = binary('add', (a, b) => a + b);
/** a - b, broadcast as in numpy. */
export const subtract: Binary = binary('subtract', (a, b) => a - b);
/** a · b, broadcast as in numpy. */
export const multiply: Binary = binary('multiply', (a, b) => a * b);
/** a / b, broadcast as in numpy. */
export const divide: Binary = binary('divide', (a, b) => a / b);
/** The larger of a and b, broadcast as in numpy; NaN where either is NaN. */
export const maximum: Binary = binary('maximum', Math.max);

/** max(x, 0); NaN stays NaN. */
export const relu: Unary = unary('relu', (x) => Math.max(x, 0));
/** 1 / (1 + exp(-x)) */
export const sigmoid: Unary = unary('sigmoid', sigmoidOf);
/** (exp(x) - exp(-x)) / (exp(x) + exp(-x)) */
export const tanh: Unary = unary('tanh', Math.tanh);
/** e to the power of x. */
export const exp: Unary = unary('exp', Math.exp);
/** The natural logarithm: -inf at 0, NaN below. */
export const log: Unary = unary('log', Math.log);
/** The square root: NaN below 0. */
export const sqrt: Unary = unary('sqrt', Math.sqrt);
/** -x */
export const negate: Unary = unary('negate', (x) => -x);

/** The gradient of relu from its result: dy where that is not 0. */
export const reluBackward: Binary = binary('reluBackward', (y, dy) => (y === 0 ? 0 : dy));
/** The gradient of sigmoid: dy·σ(x)·σ(-x) */
export const sigmoidBackward: Binary = binary('sigmoidBackward', (x, dy) => dy * (sechSquared(x / 2) / 4));
/** The gradient of tanh: dy / cosh²(x) */
export const tanhBackward: Binary = binary('tanhBackward', (x, dy) => dy * sechSquared(x));

function sechSquared(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / (1 + e) ** 2;
}

/** σ(x) through exp(-|x|), which cannot overflow. */
export function sigmoidOf(x: number, round: (x: number) => number): number {
  const e = round(Math.exp(-Math.abs(x)));
  return round((x < 0 ? e : 1) / round(1 + e));
}

/**
 * a where the condition is not 0, b elsewhere; all three broadcast as in numpy.
 *
 * @returns the common shape
 */
export function where(condition: NdArray, a: NdArray, b: NdArray, arithmetic: Arithmetic = exact): Float64NdArray {
  const shape = broadcastShape('where', condition.shape, a.shape, b.shape);
  const as = broadcastValues('where', 'a', a, shape, arithmetic);
  const bs = broadcastValues('where', 'b', b, shape, arithmetic);
  const chosen = broadcastValues('where', 'condition', condition, shape, exact);
  return { shape, data: chosen.map((c, i) => (c !== 0 ? as[i]! : bs[i]!)) };
}

import { round, sumOf } from './arithmetic.ts';
import { foldRows } from './axis.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';

/**
 * A row's exponentials relative to its largest element m, which is left out of the sum. With
 * rest = Σ_{i≠argmax} exp(x_i - m),
 *
 *     lse   = m + log1p(rest)
 *     p_i   = exp(x_i - m) / (1 + rest)
 *     nll_i = lse - x_i = (m - x_i) + log1p(rest)
 *
 * Both terms of nll are at least 0, so nothing cancels: nll is accurate at 1e-30 (where 1 + rest is 1) and under any
 * common offset.
 */
export interface ExpFold {
  /** NaN if the row has a NaN or +inf; -inf if the row is all -inf or has no elements. */
  max: number;
  argmax: number;
  rest: number;
  /** log1p(rest) */
  logSum: number;
}

/** The result for a row that cannot be normalized. */
const without = (max: number): ExpFold => ({ max, argmax: -1, rest: Number.NaN, logSum: Number.NaN });

export function foldExp(row: Float64Array): ExpFold {
  let max = Number.NEGATIVE_INFINITY;
  let argmax = -1;
  for (let i = 0; i < row.length; i++) {
    const x = row[i]!;
    if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return without(Number.NaN);
    if (x > max) {
      max = x;
      argmax = i;
    }
  }
  if (argmax < 0) return without(Number.NEGATIVE_INFINITY);
  const rest = sumOf(row, (x, i) => (i === argmax ? 0 : round(Math.exp(round(x - max)))));
  return { max, argmax, rest, logSum: round(Math.log1p(rest)) };
}

/** The softmax of element x of a row with a finite maximum. */
export function probability(x: number, fold: ExpFold): number {
  return round(round(Math.exp(round(x - fold.max))) / round(1 + fold.rest));
}

/** -log softmax of element x of a row with a finite maximum; never negative. */
export function negativeLogProbability(x: number, fold: ExpFold): number {
  return round(round(fold.max - x) + fold.logSum);
}

/** log Σ exp(x_i). */
export function logSumExpOf(row: Float64Array): number {
  const { max, logSum } = foldExp(row);
  return max === Number.NEGATIVE_INFINITY ? max : round(max + logSum);
}

export interface LogSumExpOptions {
  /** The axis to reduce. @default -1 */
  axis?: number;
  /** Keep the reduced axis with length 1. @default false */
  keepDims?: boolean;
}

/**
 * log Σ exp(x) along an axis, as m + log1p(Σ_{i≠argmax} exp(x_i - m)).
 *
 * A row with NaN or +inf gives NaN; a row of -inf, or without elements, gives -inf.
 *
 * @param x any shape
 * @returns x's shape without the axis
 */
export function logSumExp(x: NdArray, options: LogSumExpOptions = {}): Float64NdArray {
  return foldRows('logSumExp', x, options, (row) => logSumExpOf(row));
}

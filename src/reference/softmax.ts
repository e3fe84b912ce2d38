import { round, sumOf } from './arithmetic.ts';
import { axisView, mapRows, readRow } from './axis.ts';
import { foldExp, probability } from './log_sum_exp.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf } from './nd_array.ts';

/** The result for a row of only -inf. */
export type EmptyRow = 'nan' | 'zero' | 'uniform';

export interface SoftmaxOptions {
  /** The axis whose rows sum to one. @default -1 */
  axis?: number;
  /** The result for a row of -inf: NaN as in PyTorch, probability 0, or 1/C each. @default 'nan' */
  emptyRow?: EmptyRow;
  /** Accepted for compatibility with the GPU op; the reference always returns float64. */
  dtype?: string;
}

/** The probability of each element of an empty row of `count` elements. */
export function emptyRowProbability(emptyRow: EmptyRow, count: number): number {
  if (emptyRow === 'uniform') return round(1 / count);
  return emptyRow === 'zero' ? 0 : Number.NaN;
}

/**
 * p_i = exp(x_i - m) / Σ_j exp(x_j - m) along an axis, where m is the row's largest element.
 *
 * A row with NaN or +inf becomes NaN.
 *
 * @param x any shape
 * @returns x's shape
 */
export function softmax(x: NdArray, options: SoftmaxOptions = {}): Float64NdArray {
  const { axis = -1, emptyRow = 'nan' } = options;
  const softmaxOf = (row: Float64Array): Float64Array => {
    const fold = foldExp(row);
    if (Number.isNaN(fold.max)) return row.map(() => Number.NaN);
    if (fold.argmax < 0) return row.map(() => emptyRowProbability(emptyRow, row.length));
    return row.map((entry) => probability(entry, fold));
  };
  return mapRows('softmax', x, axis, softmaxOf);
}

/**
 * The gradient of softmax's input: dx = y · (dy - Σ y·dy), with the sum along the axis. A non-finite element in a row
 * of y or dy makes that row NaN.
 *
 * @param y softmax's result, any shape
 * @param dy the gradient of y, in its shape
 * @param options.axis -1 by default
 * @returns y's shape
 */
export function softmaxBackward(y: NdArray, dy: NdArray, options: { axis?: number } = {}): Float64NdArray {
  const op = 'softmaxBackward';
  const { axis = -1 } = options;
  requireShape(op, 'dy', dy, y.shape, 'y');
  const view = axisView(op, y.shape, axis);
  const upstream = valuesOf(op, 'dy', dy);
  const gradientOf = (p: Float64Array, index: number): Float64Array => {
    const dyRow = readRow(upstream, view, index);
    if (!p.every(Number.isFinite) || !dyRow.every(Number.isFinite)) return p.map(() => Number.NaN);
    const dot = sumOf(dyRow, (d, i) => round(p[i]! * d));
    return dyRow.map((d, i) => round(p[i]! * round(d - dot)));
  };
  return mapRows(op, y, axis, gradientOf);
}

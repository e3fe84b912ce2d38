import { round, sumOf } from './arithmetic.ts';
import { axisView, mapRows, readRow } from './axis.ts';
import { foldExp } from './log_sum_exp.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf } from './nd_array.ts';
import type { EmptyRow, SoftmaxOptions } from './softmax.ts';

/** The log-probability of each element of an empty row of `count` elements. */
function emptyRowLogProbability(emptyRow: EmptyRow, count: number): number {
  if (emptyRow === 'uniform') return 0 - round(Math.log(count));
  return emptyRow === 'zero' ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/**
 * y_i = (x_i - m) - log Σ_j exp(x_j - m) along an axis, where m is the row's largest element.
 *
 * A row with NaN or +inf becomes NaN. A row of -inf becomes NaN, -inf with `emptyRow` 'zero', or -ln C with 'uniform'.
 *
 *
 * @param x any shape
 * @returns x's shape
 */
export function logSoftmax(x: NdArray, options: SoftmaxOptions = {}): Float64NdArray {
  const { axis = -1, emptyRow = 'nan' } = options;
  const logSoftmaxOf = (row: Float64Array): Float64Array => {
    const { max, argmax, logSum } = foldExp(row);
    if (Number.isNaN(max)) return row.map(() => Number.NaN);
    if (argmax < 0) return row.map(() => emptyRowLogProbability(emptyRow, row.length));
    return row.map((entry) => round(round(entry - max) - logSum));
  };
  return mapRows('logSoftmax', x, axis, logSoftmaxOf);
}

/**
 * The gradient of log-softmax's input: dx = dy - exp(y) · Σ dy, the sum along the axis.
 * NaN or +inf in a row of y, or a non-finite element in a row of dy, makes that row NaN.
 *
 * @param y log-softmax's result, any shape
 * @param dy the gradient of y, in its shape
 * @param options.axis -1 by default
 * @returns y's shape
 */
export function logSoftmaxBackward(y: NdArray, dy: NdArray, options: { axis?: number } = {}): Float64NdArray {
  const op = 'logSoftmaxBackward';
  const { axis = -1 } = options;
  requireShape(op, 'dy', dy, y.shape, 'y');
  const view = axisView(op, y.shape, axis);
  const upstream = valuesOf(op, 'dy', dy);
  const gradientOf = (logP: Float64Array, index: number): Float64Array => {
    const dyRow = readRow(upstream, view, index);
    const broken = logP.some((p) => Number.isNaN(p) || p === Number.POSITIVE_INFINITY) || !dyRow.every(Number.isFinite);
    if (broken) return logP.map(() => Number.NaN);
    const total = sumOf(dyRow);
    return dyRow.map((d, i) => round(d - round(round(Math.exp(logP[i]!)) * total)));
  };
  return mapRows(op, y, axis, gradientOf);
}

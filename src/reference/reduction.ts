import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, scalar, valuesOf } from './nd_array.ts';

/** Reduces the losses to one number, or with 'none' keeps them. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The value of an empty mean: NaN as in PyTorch, or 0. */
export type EmptyReduction = 'nan' | 'zero';

/** Reduces the losses. A mean divides by `denominator`. */
export function reduceLosses(
  losses: Float64NdArray,
  reduction: Reduction,
  denominator: number,
  emptyReduction: EmptyReduction,
): Float64NdArray {
  if (reduction === 'none') return losses;
  const total = sumOf(losses.data);
  if (reduction === 'sum') return scalar(total);
  if (denominator === 0) return scalar(emptyReduction === 'zero' ? 0 : Number.NaN);
  return scalar(round(total / denominator));
}

/**
 * Returns the derivative of the reduced loss with respect to each loss, times `upstream` (the gradient of the reduced
 * loss: in the losses' shape for 'none', [] otherwise; ones by default). If a mean's denominator is 0, the result has
 * no meaning, and the caller returns no gradient.
 */
export function lossFactors(
  op: string,
  lossShape: readonly number[],
  reduction: Reduction,
  denominator: number,
  upstream: NdArray | undefined,
): (i: number) => number {
  if (upstream !== undefined) requireShape(op, 'upstream', upstream, reduction === 'none' ? lossShape : []);
  const values = upstream && valuesOf(op, 'upstream', upstream);
  if (reduction === 'none') return (i) => values?.[i] ?? 1;
  const factor = values?.[0] ?? 1;
  if (reduction === 'sum') return () => factor;
  const share = round(factor / denominator);
  return () => share;
}

import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, scalar, valuesOf } from './nd_array.ts';

/** One number of all losses, or the losses as they are. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What a mean over nothing is: NaN as in PyTorch, or 0. */
export type EmptyReduction = 'nan' | 'zero';

/** The losses reduced; a mean divides by `denominator`. */
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
 * The derivative of the reduced loss by each single one, times `upstream` (the gradient of the reduced loss: its shape
 * is the losses' for 'none', [] otherwise; ones by default). Of no use where a mean's denominator is 0: there the
 * caller gives no gradient.
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

import { round, sumOf } from './arithmetic.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';
import { type ReduceOptions, reduce } from './reduce.ts';

/**
 * Returns the mean along one axis, several axes or all; NaN if there are no elements.
 *
 * @param x any shape
 * @returns x's shape without the reduced axes
 */
export function mean(x: NdArray, options: ReduceOptions = {}): Float64NdArray {
  const meanOf = (values: Float64Array): number => round(sumOf(values) / values.length);
  return reduce('mean', x, options, meanOf);
}

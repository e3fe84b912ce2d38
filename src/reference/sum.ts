import { sumOf } from './arithmetic.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';
import { type ReduceOptions, reduce } from './reduce.ts';

/**
 * Returns the sum along one axis, several axes or all; 0 if there are no elements.
 *
 * @param x any shape
 * @returns x's shape without the reduced axes
 */
export function sum(x: NdArray, options: ReduceOptions = {}): Float64NdArray {
  return reduce('sum', x, options, (values) => sumOf(values));
}

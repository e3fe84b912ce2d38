import { sumOf } from './arithmetic.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';
import { type ReduceOptions, reduce } from './reduce.ts';

/**
 * The sum along one axis, several or all; 0 over nothing.
 *
 * @param x any shape
 * @returns x's shape without the folded axes
 */
export function sum(x: NdArray, options: ReduceOptions = {}): Float64NdArray {
  return reduce('sum', x, options, (values) => sumOf(values));
}

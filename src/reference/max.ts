import { argmaxOf } from './argmax.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';
import { type ReduceOptions, reduce } from './reduce.ts';

/**
 * Returns the largest element along one axis, several axes or all; NaN if any element is NaN.
 *
 * @param x any shape
 * @returns x's shape without the reduced axes
 * @throws Error if the reduced axes are empty
 */
export function max(x: NdArray, options: ReduceOptions = {}): Float64NdArray {
  const maxOf = (values: Float64Array): number => {
    if (values.length === 0) throw new Error('max: the reduced axes have no elements');
    return values[argmaxOf(values)]!;
  };
  return reduce('max', x, options, maxOf);
}

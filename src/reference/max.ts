import { argmaxOf } from './argmax.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';
import { type ReduceOptions, reduce } from './reduce.ts';

/**
 * The largest element along one axis, several or all; NaN where there is one.
 *
 * @param x any shape
 * @returns x's shape without the folded axes
 * @throws Error over nothing, which has no largest element
 */
export function max(x: NdArray, options: ReduceOptions = {}): Float64NdArray {
  const maxOf = (values: Float64Array): number => {
    if (values.length === 0) throw new Error('max: the folded axes have no entries');
    return values[argmaxOf(values)]!;
  };
  return reduce('max', x, options, maxOf);
}

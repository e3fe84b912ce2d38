import { argmaxOf } from './argmax.ts';
import { mapRows } from './axis.ts';
import { type Float64NdArray, type NdArray, storedValues } from './nd_array.ts';

/**
 * Returns 1 at the argmax along an axis and 0 elsewhere.
 *
 * @param x any shape
 * @param options.axis -1 by default
 * @returns x's shape
 */
export function hardmax(x: NdArray, options: { axis?: number } = {}): Float64NdArray {
  const oneHot = (row: Float64Array): Float64Array => {
    const at = argmaxOf(row);
    return row.map((_, i) => (i === at ? 1 : 0));
  };
  return mapRows('hardmax', x, options.axis ?? -1, oneHot, storedValues);
}

import { foldRows } from './axis.ts';
import { type Float64NdArray, type NdArray, storedValues } from './nd_array.ts';

/** Returns the index of the first NaN, or else of the first largest element; -1 for an empty row. */
export function argmaxOf(row: Float64Array): number {
  let best = 0;
  for (let i = 0; i < row.length; i++) {
    const x = row[i]!;
    if (Number.isNaN(x)) return i;
    if (x > row[best]!) best = i;
  }
  return row.length === 0 ? -1 : best;
}

export interface ArgmaxOptions {
  /** The axis to reduce. @default -1 */
  axis?: number;
  /** Keep the reduced axis with length 1. @default false */
  keepDims?: boolean;
}

/**
 * Returns the index of the largest element along an axis. The first NaN wins; ties go to the first element.
 *
 * @param x any shape
 * @returns x's shape without the axis
 * @throws Error if there are rows and the axis is empty
 */
export function argmax(x: NdArray, options: ArgmaxOptions = {}): Float64NdArray {
  const indexOf = (row: Float64Array): number => {
    if (row.length === 0) throw new Error('argmax: the axis has no elements');
    return argmaxOf(row);
  };
  return foldRows('argmax', x, options, indexOf, storedValues);
}

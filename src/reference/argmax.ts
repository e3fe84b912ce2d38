import { foldRows } from './axis.ts';
import { type Float64NdArray, type NdArray, storedValues } from './nd_array.ts';

/** The first NaN wins, else the first of equals; -1 for no elements. */
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
  /** The axis that is folded. @default -1 */
  axis?: number;
  /** Keep the folded axis, with length 1. @default false */
  keepDims?: boolean;
}

/**
 * The index of the largest element along an axis: the first NaN wins, else the first of equals.
 *
 * @param x any shape
 * @returns x's shape without the axis
 * @throws Error if the axis is empty and there are rows: nothing has no largest element
 */
export function argmax(x: NdArray, options: ArgmaxOptions = {}): Float64NdArray {
  const indexOf = (row: Float64Array): number => {
    if (row.length === 0) throw new Error('argmax: the axis has no entries');
    return argmaxOf(row);
  };
  return foldRows('argmax', x, options, indexOf, storedValues);
}

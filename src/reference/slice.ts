import { type Float64NdArray, type NdArray, shapeText, storedValues } from './nd_array.ts';
import { readStrided, stridesOf } from './strided.ts';

/**
 * Returns the box of x that begins at `starts` and has `sizes` elements along the axes.
 *
 * @param x any shape
 * @param starts one start per axis, from 0
 * @param sizes one size per axis; the box lies within x
 * @returns an array of shape `sizes`
 */
export function slice(x: NdArray, starts: readonly number[], sizes: readonly number[]): Float64NdArray {
  const { shape } = x;
  const fits = shape.every((n, axis) => {
    const start = starts[axis] ?? -1;
    const size = sizes[axis] ?? -1;
    return Number.isInteger(start) && Number.isInteger(size) && start >= 0 && size >= 0 && start + size <= n;
  });
  if (!fits || starts.length !== shape.length || sizes.length !== shape.length) {
    const box = `starts ${shapeText(starts)} with sizes ${shapeText(sizes)}`;
    throw new RangeError(`slice: ${box}, expected a box within ${shapeText(shape)}`);
  }
  const strides = stridesOf(shape);
  const offset = starts.reduce((at, start, axis) => at + start * strides[axis]!, 0);
  return { shape: [...sizes], data: readStrided(storedValues('slice', 'x', x), sizes, strides, offset) };
}

import { normalizeAxis } from './axis.ts';
import { type Float64NdArray, type NdArray, shapeText, storedValues } from './nd_array.ts';
import { readStrided, stridesOf } from './strided.ts';

/**
 * Permutes the axes: axis i of the result is axis permutation[i] of x.
 *
 * @param x any shape
 * @param permutation every axis once; reverses the axes by default
 */
export function transpose(
  x: NdArray,
  permutation: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i),
): Float64NdArray {
  const axes = permutation.map((axis) => normalizeAxis('transpose', x.shape, axis, 'permutation'));
  if (axes.length !== x.shape.length || new Set(axes).size !== axes.length) {
    throw new Error(
      `transpose: permutation is ${shapeText(permutation)}, expected every axis of ${shapeText(x.shape)} once`,
    );
  }
  const strides = stridesOf(x.shape);
  const shape = axes.map((axis) => x.shape[axis]!);
  const permuted = axes.map((axis) => strides[axis]!);
  return { shape, data: readStrided(storedValues('transpose', 'x', x), shape, permuted) };
}

import { sizeOf } from './nd_array.ts';

/** Row-major strides: how far apart neighbors along each axis stand. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/**
 * The elements of an array of the given shape whose neighbors stand `strides` apart in `values`, in row-major order. A
 * permuted array is one of permuted strides, a repeated axis one of stride 0, a part one with an offset.
 */
export function readStrided(
  values: Float64Array,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  const at = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from]!;
    // An odometer: step the last axis; where it is at its end, wind it back and step the one before.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      const stride = strides[axis]!;
      const next = at[axis]! + 1;
      at[axis] = next === length ? 0 : next;
      from += stride;
      if (next < length) break;
      from -= stride * length;
    }
  }
  return out;
}

import { sizeOf } from './nd_array.ts';

/** Returns row-major strides: the distance between neighbors along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/**
 * Returns the elements of a strided array in row-major order. Permuted strides permute the axes, a stride of 0 repeats
 * an axis, and an offset selects a part.
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
    // Like an odometer: step the last axis; at its end, reset it and step the one before.
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

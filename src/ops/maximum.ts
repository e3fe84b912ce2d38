import above from '../../shaders/elementwise/above.wgsl';
import maximumPart from '../../shaders/elementwise/maximum.wgsl';
import keysF32 from '../../shaders/key/f32.wgsl';
import keysI32 from '../../shaders/key/i32.wgsl';
import keysU32 from '../../shaders/key/u32.wgsl';
import special from '../../shaders/math/special.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, compared, FLOATS, type Kernels, ofFloats } from './elementwise.ts';
import { chosen } from './where.ts';

const KERNELS: Kernels = {
  ...ofFloats(binaryOf(maximumPart, keysF32, special)),
  i32: binaryOf(maximumPart, keysI32),
  u32: binaryOf(maximumPart, keysU32),
};
const ABOVE = binaryOf(above, keysF32, ...FLOATS);

/**
 * The larger of `a` and `b`, element by element, with NumPy broadcasting. NaN if either is NaN.
 * @param a f32, f16, i32 or u32
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for unequal dtypes
 */
export function maximum(a: Tensor, b: Tensor): Tensor {
  const y = binary('maximum', KERNELS, a, b);
  // For equal elements, the gradient goes to b.
  return record('maximum', { a, b }, y, {
    keeps: { a, b },
    back: (dy, { a, b }, pass) => chosen(pass, compared('maximum', ABOVE, a, b), dy, a, b),
  });
}

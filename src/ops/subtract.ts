import plus from '../../shaders/elementwise/plus.wgsl';
import floats from '../../shaders/elementwise/subtract_f32.wgsl';
import integers from '../../shaders/elementwise/subtract_int.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, FLOATS, ofFloats, ofIntegers } from './elementwise.ts';

const KERNELS = { ...ofFloats(binaryOf(floats, plus, ...FLOATS)), ...ofIntegers(binaryOf(integers)) };

/**
 * `a - b`, element by element, with NumPy broadcasting. Integers wrap.
 * @param a f32, f16, i32 or u32
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for unequal dtypes
 */
export function subtract(a: Tensor, b: Tensor): Tensor {
  const y = binary('subtract', KERNELS, a, b);
  return record('subtract', { a, b }, y, {
    back: (dy, _, { wants, sumTo, negate }) => ({
      a: sumTo(dy, a.shape),
      b: wants('b') ? negate(sumTo(dy, b.shape)) : undefined,
    }),
  });
}

import floats from '../../shaders/elementwise/multiply_f32.wgsl';
import integers from '../../shaders/elementwise/multiply_int.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { sameShape } from './check.ts';
import { binary, binaryOf, FLOATS, ofFloats, ofIntegers } from './elementwise.ts';

const KERNELS = { ...ofFloats(binaryOf(floats, product, ...FLOATS)), ...ofIntegers(binaryOf(integers)) };

/**
 * `a·b`, element by element, with NumPy broadcasting. Integers wrap.
 * @param a f32, f16, i32 or u32
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for unequal dtypes
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  const y = binary('multiply', KERNELS, a, b);
  return record('multiply', { a, b }, y, {
    keeps: { a, b },
    back: (dy, { a, b }, { wants, sumTo, inF32 }) => {
      // Products that are summed are not rounded to halves before.
      const timesTo = (factor: Tensor, { shape }: Tensor) =>
        sameShape(shape, dy.shape) ? multiply(dy, factor) : sumTo(multiply(inF32(dy), inF32(factor)), shape);
      return { a: wants('a') ? timesTo(b, a) : undefined, b: wants('b') ? timesTo(a, b) : undefined };
    },
  });
}

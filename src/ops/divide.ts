import dividePart from '../../shaders/elementwise/divide.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, FLOATS, ofFloats } from './elementwise.ts';

const KERNELS = ofFloats(binaryOf(dividePart, ...FLOATS));

/**
 * `a / b`, element by element, with NumPy broadcasting.
 * @param a f32 or f16
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for other or unequal dtypes
 */
export function divide(a: Tensor, b: Tensor): Tensor {
  const y = binary('divide', KERNELS, a, b);
  return record('divide', { a, b }, y, {
    keeps: { b, y },
    back: (dy, { b, y }, { wants, sumTo, multiply, negate }) => {
      const da = divide(dy, b);
      return {
        a: sumTo(da, a.shape),
        b: wants('b') ? negate(sumTo(multiply(da, y), b.shape)) : undefined,
      };
    },
  });
}

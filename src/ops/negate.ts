import negateF32 from '../../shaders/elementwise/negate_f32.wgsl';
import negateI32 from '../../shaders/elementwise/negate_i32.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = { ...ofFloats(unaryOf(negateF32)), i32: unaryOf(negateI32) };

/**
 * `-x`, element by element.
 * @param x f32, f16 or i32, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function negate(x: Tensor): Tensor {
  const y = unary('negate', KERNELS, x);
  return record('negate', { x }, y, {
    back: (dy) => ({ x: negate(dy) }),
  });
}

import sqrtPart from '../../shaders/elementwise/sqrt.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { divide } from './divide.ts';
import { FLOATS, ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(sqrtPart, ...FLOATS));

/**
 * The square root, element by element. NaN for negative elements.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function sqrt(x: Tensor): Tensor {
  const y = unary('sqrt', KERNELS, x);
  return record('sqrt', { x }, y, {
    keeps: { y },
    back: (dy, { y }, { add }) => ({ x: divide(dy, add(y, y)) }),
  });
}

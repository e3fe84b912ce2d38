import sqrtPart from '../../shaders/elementwise/sqrt.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { FLOATS, ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(sqrtPart, ...FLOATS));

/** The square root of f32 or f16: NaN below 0. Returns a new tensor of the shape of `x`. */
export function sqrt(x: Tensor): Tensor {
  const y = unary('sqrt', KERNELS, x);
  return record('sqrt', { x }, y, {
    keeps: { y },
    back: (dy, { y }, { add, divide }) => ({ x: divide(dy, add(y, y)) }),
  });
}

import expPart from '../../shaders/elementwise/exp.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { FLOATS, ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(expPart, mathExp, ...FLOATS));

/** e to the power of `x`, f32 or f16. Returns a new tensor of the shape of `x`. */
export function exp(x: Tensor): Tensor {
  return unary('exp', KERNELS, x);
}

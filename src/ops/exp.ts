import expPart from '../../shaders/elementwise/exp.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { FLOATS, ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(expPart, mathExp, ...FLOATS));

/**
 * `e^x`, element by element.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function exp(x: Tensor): Tensor {
  const y = unary('exp', KERNELS, x);
  return record('exp', { x }, y, {
    keeps: { y },
    back: (dy, { y }, { multiply }) => ({ x: multiply(dy, y) }),
  });
}

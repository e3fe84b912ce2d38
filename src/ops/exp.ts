import expPart from '../../shaders/elementwise/exp.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { FLOATS, ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(expPart, mathExp, ...FLOATS));

/** e to the power of `x`, f32 or f16. Returns a new tensor of the shape of `x`. */
export function exp(x: Tensor): Tensor {
  const y = unary('exp', KERNELS, x);
  return record('exp', { x }, y, {
    keeps: { y },
    back: (dy, { y }, { multiply }) => ({ x: multiply(dy, y) }),
  });
}

import logPart from '../../shaders/elementwise/log.wgsl';
import mathLog from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { divide } from './divide.ts';
import { ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(logPart, mathLog, special));

/**
 * The natural logarithm, element by element: -∞ for 0 and for f32 subnormals, which count as 0, and NaN for negative
 * elements.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function log(x: Tensor): Tensor {
  const y = unary('log', KERNELS, x);
  return record('log', { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: divide(dy, x) }),
  });
}

import logPart from '../../shaders/elementwise/log.wgsl';
import mathLog from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { ofFloats, unary, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(logPart, mathLog, special));

/** The natural logarithm of f32 or f16: -∞ at 0, of which subnormals are a part, and NaN below. Returns a new tensor of the shape of `x`. */
export function log(x: Tensor): Tensor {
  const y = unary('log', KERNELS, x);
  return record('log', { x }, y, {
    keeps: { x },
    back: (dy, { x }, { divide }) => ({ x: divide(dy, x) }),
  });
}

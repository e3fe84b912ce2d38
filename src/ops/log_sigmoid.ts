import part from '../../shaders/elementwise/log_sigmoid.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import mathLog from '../../shaders/math/log.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binaryOf, FLOATS, ofFloats, unary, unaryBackward, unaryOf } from './elementwise.ts';
import { sigmoidBackward } from './sigmoid.ts';

const MATH = [mathExp, mathLog, product, ...FLOATS];
const KERNELS = ofFloats(unaryOf({ part, names: { VALUE: 'apply' } }, ...MATH));
const BACKWARD = binaryOf({ part, names: { BACKWARD: 'apply' } }, ...MATH);

/**
 * The logarithm of the logistic function, `-log(1 + exp(-x))`, element by element: accurate to a few ulp everywhere. -∞
 * for -∞, 0 for ∞.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function logSigmoid(x: Tensor): Tensor {
  const y = unary('logSigmoid', KERNELS, x);
  return record('logSigmoid', { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: logSigmoidBackward(x, dy) }),
  });
}

/**
 * The gradient of `logSigmoid`: `dx = dy·σ(-x)`.
 * @param x the argument of `logSigmoid`, f32 or f16
 * @param dy the gradient of its result, with the shape and dtype of `x`
 * @returns a new tensor with the shape and dtype of `x`
 */
export function logSigmoidBackward(x: Tensor, dy: Tensor): Tensor {
  const dx = unaryBackward('logSigmoidBackward', BACKWARD, 'x', x, dy);
  return record('logSigmoidBackward', { x, dy }, dx, {
    keeps: { x, dy },
    back: (g, { x, dy }, { wants, inF32, multiply, negate }) => ({
      dy: logSigmoidBackward(x, g),
      x: wants('x') ? negate(sigmoidBackward(inF32(x), multiply(inF32(g), inF32(dy)))) : undefined,
    }),
  });
}

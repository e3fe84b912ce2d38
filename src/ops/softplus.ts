import product from '../../shaders/elementwise/product.wgsl';
import part from '../../shaders/elementwise/softplus.wgsl';
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
 * `log(1 + exp(x))`, element by element, without a threshold: accurate to a few ulp everywhere. 0 for -∞, ∞ for ∞.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function softplus(x: Tensor): Tensor {
  const y = unary('softplus', KERNELS, x);
  return record('softplus', { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: softplusBackward(x, dy) }),
  });
}

/**
 * The gradient of `softplus`: `dx = dy·σ(x)`.
 * @param x the argument of `softplus`, f32 or f16
 * @param dy the gradient of its result, with the shape and dtype of `x`
 * @returns a new tensor with the shape and dtype of `x`
 */
export function softplusBackward(x: Tensor, dy: Tensor): Tensor {
  const dx = unaryBackward('softplusBackward', BACKWARD, 'x', x, dy);
  return record('softplusBackward', { x, dy }, dx, {
    keeps: { x, dy },
    back: (g, { x, dy }, { wants, inF32, multiply }) => ({
      dy: softplusBackward(x, g),
      x: wants('x') ? sigmoidBackward(inF32(x), multiply(inF32(g), inF32(dy))) : undefined,
    }),
  });
}

import product from '../../shaders/elementwise/product.wgsl';
import sigmoidPart from '../../shaders/elementwise/sigmoid.wgsl';
import slope from '../../shaders/elementwise/sigmoid_backward.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import sech from '../../shaders/math/sech.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binaryOf, FLOATS, ofFloats, unary, unaryBackward, unaryOf } from './elementwise.ts';
import { tanh } from './tanh.ts';

const KERNELS = ofFloats(unaryOf(sigmoidPart, mathExp, ...FLOATS));
const BACKWARD = binaryOf(slope, sech, mathExp, product, ...FLOATS);

/**
 * The logistic function `1 / (1 + exp(-x))`, element by element. Saturates to exactly 0 and 1.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function sigmoid(x: Tensor): Tensor {
  const y = unary('sigmoid', KERNELS, x);
  return record('sigmoid', { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: sigmoidBackward(x, dy) }),
  });
}

/**
 * The gradient of `sigmoid`: `dx = dy·σ(x)·σ(-x)`. Computed from `x`, since 1 - σ(x) cancels for σ(x) near 1.
 * @param x the argument of `sigmoid`, f32 or f16
 * @param dy the gradient of its result, with the shape and dtype of `x`
 * @returns a new tensor with the shape and dtype of `x`
 */
export function sigmoidBackward(x: Tensor, dy: Tensor): Tensor {
  const dx = unaryBackward('sigmoidBackward', BACKWARD, 'x', x, dy);
  // σ'' = -σ'·tanh(x/2)
  return record('sigmoidBackward', { x, dy }, dx, {
    keeps: { x, dy },
    back: (g, { x, dy }, { wants, inF32, multiply, scalarLike }) => {
      const wide = inF32(x);
      const slope = () => sigmoidBackward(wide, multiply(inF32(g), inF32(dy)));
      const bend = () => tanh(multiply(wide, scalarLike(wide, -0.5)));
      return { dy: sigmoidBackward(x, g), x: wants('x') ? multiply(slope(), bend()) : undefined };
    },
  });
}

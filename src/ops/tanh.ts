import product from '../../shaders/elementwise/product.wgsl';
import tanhPart from '../../shaders/elementwise/tanh.wgsl';
import slope from '../../shaders/elementwise/tanh_backward.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import sech from '../../shaders/math/sech.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binaryOf, FLOATS, ofFloats, unary, unaryBackward, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(tanhPart, mathExp, ...FLOATS));
const BACKWARD = binaryOf(slope, sech, mathExp, product, ...FLOATS);

/**
 * The hyperbolic tangent, element by element. Saturates to exactly ±1.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function tanh(x: Tensor): Tensor {
  const y = unary('tanh', KERNELS, x);
  return record('tanh', { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: tanhBackward(x, dy) }),
  });
}

/**
 * The gradient of `tanh`: `dx = dy / cosh²(x)`. Computed from `x`, since 1 - tanh²(x) cancels for tanh(x) near ±1.
 * @param x the argument of `tanh`, f32 or f16
 * @param dy the gradient of its result, with the shape and dtype of `x`
 * @returns a new tensor with the shape and dtype of `x`
 */
export function tanhBackward(x: Tensor, dy: Tensor): Tensor {
  const dx = unaryBackward('tanhBackward', BACKWARD, 'x', x, dy);
  // tanh'' = -2·tanh'·tanh
  return record('tanhBackward', { x, dy }, dx, {
    keeps: { x, dy },
    back: (g, { x, dy }, { wants, inF32, multiply, scalarLike }) => {
      const wide = inF32(x);
      const slope = () => tanhBackward(wide, multiply(inF32(g), inF32(dy)));
      return {
        dy: tanhBackward(x, g),
        x: wants('x') ? multiply(slope(), multiply(tanh(wide), scalarLike(wide, -2))) : undefined,
      };
    },
  });
}

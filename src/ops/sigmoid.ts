import product from '../../shaders/elementwise/product.wgsl';
import sigmoidPart from '../../shaders/elementwise/sigmoid.wgsl';
import slope from '../../shaders/elementwise/sigmoid_backward.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import sech from '../../shaders/math/sech.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { binaryOf, FLOATS, ofFloats, unary, unaryBackward, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(sigmoidPart, mathExp, ...FLOATS));
const BACKWARD = binaryOf(slope, sech, mathExp, product, ...FLOATS);

/** `1 / (1 + exp(-x))` of f32 or f16; exactly 0 and 1 far out. Returns a new tensor of the shape of `x`. */
export function sigmoid(x: Tensor): Tensor {
  return unary('sigmoid', KERNELS, x);
}

/**
 * The gradient of sigmoid: `dx = dy·σ(x)·σ(-x)`. From x, since 1 - σ(x) has few digits where σ(x) is nearly 1.
 * @param x what `sigmoid` was given, f32 or f16
 * @param dy the gradient of its result, of the shape and dtype of x
 * @returns a new tensor of that shape and dtype
 */
export function sigmoidBackward(x: Tensor, dy: Tensor): Tensor {
  return unaryBackward('sigmoidBackward', BACKWARD, 'x', x, dy);
}

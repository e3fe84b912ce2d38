import reluPart from '../../shaders/elementwise/relu.wgsl';
import slope from '../../shaders/elementwise/relu_backward.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binaryOf, FLOATS, ofFloats, unary, unaryBackward, unaryOf } from './elementwise.ts';

const KERNELS = ofFloats(unaryOf(reluPart, ...FLOATS));
const BACKWARD = binaryOf(slope, ...FLOATS);

/**
 * `max(x, 0)`, element by element. NaN stays NaN.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 */
export function relu(x: Tensor): Tensor {
  const y = unary('relu', KERNELS, x);
  return record('relu', { x }, y, {
    keeps: { y },
    back: (dy, { y }) => ({ x: reluBackward(y, dy) }),
  });
}

/**
 * The gradient of `relu`: `dx = dy` where `y` is not 0, else 0.
 * @param y the result of `relu`, f32 or f16
 * @param dy the gradient of `y`, with its shape and dtype
 * @returns a new tensor with the shape and dtype of `y`
 */
export function reluBackward(y: Tensor, dy: Tensor): Tensor {
  const dx = unaryBackward('reluBackward', BACKWARD, 'y', y, dy);
  return record('reluBackward', { y, dy }, dx, {
    keeps: { y },
    back: (g, { y }) => ({ dy: reluBackward(y, g) }),
  });
}

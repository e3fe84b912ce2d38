import classes from '../../shaders/elementwise/classes.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import sigmoidSlope from '../../shaders/elementwise/sigmoid_backward.wgsl';
import tanhSlope from '../../shaders/elementwise/tanh_backward.wgsl';
import binaryShader from '../../shaders/elementwise_binary.wgsl';
import special from '../../shaders/math/special.wgsl';
import { announce } from '../recorder.ts';
import type { Part } from '../runtime/link.ts';
import type { Tensor } from '../tensor.ts';
import { type ElementKernel, launchElements } from './broadcast.ts';
import { checkDTypes, checkFloat, checkShape, checkTensors } from './check.ts';

const kernelOf = (slope: Part): ElementKernel => ({
  entry: 'elementwise_binary',
  parts: [binaryShader, slope, product, special, classes],
});
const SIGMOID = kernelOf(sigmoidSlope);
const TANH = kernelOf(tanhSlope);

/**
 * The gradient of sigmoid: `dx = dy·y·(1 - y)`.
 * @param y what `sigmoid` returned, f32 or f16
 * @param dy the gradient of `y`, of its shape and dtype
 * @returns a new tensor of that shape and dtype
 */
export function sigmoidBackward(y: Tensor, dy: Tensor): Tensor {
  return backward('sigmoidBackward', SIGMOID, y, dy);
}

/**
 * The gradient of tanh: `dx = dy·(1 - y)·(1 + y)`.
 * @param y what `tanh` returned, f32 or f16
 * @param dy the gradient of `y`, of its shape and dtype
 * @returns a new tensor of that shape and dtype
 */
export function tanhBackward(y: Tensor, dy: Tensor): Tensor {
  return backward('tanhBackward', TANH, y, dy);
}

function backward(op: string, kernel: ElementKernel, y: Tensor, dy: Tensor): Tensor {
  checkTensors(op, { y, dy });
  checkFloat(op, 'y', y);
  checkDTypes(op, 'dy', dy, y.dtype);
  checkShape(op, 'dy', dy.shape, y.shape, 'y');
  return announce(op, { y, dy }, launchElements(op, kernel, { a: dy, b: y }, y.dtype));
}

import classes from '../../shaders/elementwise/classes.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import reluSlope from '../../shaders/elementwise/relu_backward.wgsl';
import sigmoidSlope from '../../shaders/elementwise/sigmoid_backward.wgsl';
import tanhSlope from '../../shaders/elementwise/tanh_backward.wgsl';
import binaryShader from '../../shaders/elementwise_binary.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import sech from '../../shaders/math/sech.wgsl';
import special from '../../shaders/math/special.wgsl';
import { announce } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Part } from '../runtime/link.ts';
import { type ElementKernel, launchElements } from './broadcast.ts';
import { checkDTypes, checkFloat, checkShape, checkTensors } from './check.ts';

const kernelOf = (...slope: Part[]): ElementKernel => ({
  entry: 'elementwise_binary',
  parts: [binaryShader, ...slope, special, classes],
});
const RELU = kernelOf(reluSlope);
const SIGMOID = kernelOf(sigmoidSlope, sech, mathExp, product);
const TANH = kernelOf(tanhSlope, sech, mathExp, product);

/**
 * The gradient of relu: dy where `y` is not 0, else 0.
 * @param y what `relu` returned, f32 or f16
 * @param dy the gradient of `y`, of its shape and dtype
 * @returns a new tensor of that shape and dtype
 */
export function reluBackward(y: Tensor, dy: Tensor): Tensor {
  return backward('reluBackward', RELU, 'y', y, dy);
}

/**
 * The gradient of sigmoid: `dx = dy·σ(x)·σ(-x)`. From x, since 1 - σ(x) has few digits where σ(x) is nearly 1.
 * @param x what `sigmoid` was given, f32 or f16
 * @param dy the gradient of its result, of the shape and dtype of x
 * @returns a new tensor of that shape and dtype
 */
export function sigmoidBackward(x: Tensor, dy: Tensor): Tensor {
  return backward('sigmoidBackward', SIGMOID, 'x', x, dy);
}

/**
 * The gradient of tanh: `dx = dy / cosh²(x)`. From x, since 1 - tanh²(x) has few digits where tanh(x) is nearly ±1.
 * @param x what `tanh` was given, f32 or f16
 * @param dy the gradient of its result, of the shape and dtype of x
 * @returns a new tensor of that shape and dtype
 */
export function tanhBackward(x: Tensor, dy: Tensor): Tensor {
  return backward('tanhBackward', TANH, 'x', x, dy);
}

function backward(op: string, kernel: ElementKernel, name: 'x' | 'y', given: Tensor, dy: Tensor): Tensor {
  checkTensors(op, { [name]: given, dy });
  checkFloat(op, name, given);
  checkDTypes(op, 'dy', dy, given.dtype);
  checkShape(op, 'dy', dy.shape, given.shape, name);
  return announce(op, { [name]: given, dy }, launchElements(op, kernel, { a: dy, b: given }, given.dtype));
}

import addF32 from '../../shaders/elementwise/add_f32.wgsl';
import addInt from '../../shaders/elementwise/add_int.wgsl';
import classes from '../../shaders/elementwise/classes.wgsl';
import dividePart from '../../shaders/elementwise/divide.wgsl';
import expPart from '../../shaders/elementwise/exp.wgsl';
import logPart from '../../shaders/elementwise/log.wgsl';
import maximumPart from '../../shaders/elementwise/maximum.wgsl';
import multiplyF32 from '../../shaders/elementwise/multiply_f32.wgsl';
import multiplyInt from '../../shaders/elementwise/multiply_int.wgsl';
import negateF32 from '../../shaders/elementwise/negate_f32.wgsl';
import negateI32 from '../../shaders/elementwise/negate_i32.wgsl';
import plus from '../../shaders/elementwise/plus.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import reluPart from '../../shaders/elementwise/relu.wgsl';
import sigmoidPart from '../../shaders/elementwise/sigmoid.wgsl';
import sqrtPart from '../../shaders/elementwise/sqrt.wgsl';
import subtractF32 from '../../shaders/elementwise/subtract_f32.wgsl';
import subtractInt from '../../shaders/elementwise/subtract_int.wgsl';
import tanhPart from '../../shaders/elementwise/tanh.wgsl';
import binaryShader from '../../shaders/elementwise_binary.wgsl';
import unaryShader from '../../shaders/elementwise_unary.wgsl';
import keysF32 from '../../shaders/key/f32.wgsl';
import keysI32 from '../../shaders/key/i32.wgsl';
import keysU32 from '../../shaders/key/u32.wgsl';
import mathExp from '../../shaders/math/exp.wgsl';
import mathLog from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import type { DType } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import { announce } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Part } from '../runtime/link.ts';
import { type ElementKernel, launchElements } from './broadcast.ts';
import { checkDTypes, checkTensors } from './check.ts';

/** A function's kernel by dtype; a dtype that it does not take has none. */
type Kernels = Partial<Record<DType, ElementKernel>>;

const binaryOf = (...parts: readonly Part[]) => ({ entry: 'elementwise_binary', parts: [binaryShader, ...parts] });
const unaryOf = (...parts: readonly Part[]) => ({ entry: 'elementwise_unary', parts: [unaryShader, ...parts] });
/** Halves are computed as f32. */
const ofFloats = (kernel: ElementKernel): Kernels => ({ f32: kernel, f16: kernel });
const ofIntegers = (kernel: ElementKernel): Kernels => ({ i32: kernel, u32: kernel });

const FLOATS = [special, classes];
const ADD = { ...ofFloats(binaryOf(addF32, plus, ...FLOATS)), ...ofIntegers(binaryOf(addInt)) };
const SUBTRACT = { ...ofFloats(binaryOf(subtractF32, plus, ...FLOATS)), ...ofIntegers(binaryOf(subtractInt)) };
const MULTIPLY = { ...ofFloats(binaryOf(multiplyF32, product, ...FLOATS)), ...ofIntegers(binaryOf(multiplyInt)) };
const DIVIDE = ofFloats(binaryOf(dividePart, ...FLOATS));
const MAXIMUM: Kernels = {
  ...ofFloats(binaryOf(maximumPart, keysF32, special)),
  i32: binaryOf(maximumPart, keysI32),
  u32: binaryOf(maximumPart, keysU32),
};
const RELU = ofFloats(unaryOf(reluPart, ...FLOATS));
const SIGMOID = ofFloats(unaryOf(sigmoidPart, mathExp, ...FLOATS));
const TANH = ofFloats(unaryOf(tanhPart, mathExp, ...FLOATS));
const EXP = ofFloats(unaryOf(expPart, mathExp, ...FLOATS));
const LOG = ofFloats(unaryOf(logPart, mathLog, special));
const SQRT = ofFloats(unaryOf(sqrtPart, ...FLOATS));
const NEGATE: Kernels = { ...ofFloats(unaryOf(negateF32)), i32: unaryOf(negateI32) };

/** `a + b`, broadcast as in numpy. Both f32, f16, i32 or u32; integers wrap. Returns a new tensor of the common shape. */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary('add', ADD, a, b);
}

/** `a - b`, broadcast as in numpy. Both f32, f16, i32 or u32; integers wrap. Returns a new tensor of the common shape. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  return binary('subtract', SUBTRACT, a, b);
}

/** `a · b`, broadcast as in numpy. Both f32, f16, i32 or u32; integers wrap. Returns a new tensor of the common shape. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return binary('multiply', MULTIPLY, a, b);
}

/** `a / b`, broadcast as in numpy. Both f32 or f16. Returns a new tensor of the common shape. */
export function divide(a: Tensor, b: Tensor): Tensor {
  return binary('divide', DIVIDE, a, b);
}

/** The larger of `a` and `b`, broadcast as in numpy; NaN where either is. Both f32, f16, i32 or u32. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return binary('maximum', MAXIMUM, a, b);
}

/** `max(x, 0)` of f32 or f16; NaN stays NaN. Returns a new tensor of the shape of `x`, as all of the following do. */
export function relu(x: Tensor): Tensor {
  return unary('relu', RELU, x);
}

/** `1 / (1 + exp(-x))` of f32 or f16; exactly 0 and 1 far out. */
export function sigmoid(x: Tensor): Tensor {
  return unary('sigmoid', SIGMOID, x);
}

/** The hyperbolic tangent of f32 or f16; exactly ±1 far out. */
export function tanh(x: Tensor): Tensor {
  return unary('tanh', TANH, x);
}

/** e to the power of `x`, f32 or f16. */
export function exp(x: Tensor): Tensor {
  return unary('exp', EXP, x);
}

/** The natural logarithm of f32 or f16: -∞ at 0, of which subnormals are a part, and NaN below. */
export function log(x: Tensor): Tensor {
  return unary('log', LOG, x);
}

/** The square root of f32 or f16: NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  return unary('sqrt', SQRT, x);
}

/** `-x`, f32, f16 or i32. */
export function negate(x: Tensor): Tensor {
  return unary('negate', NEGATE, x);
}

function binary(op: string, kernels: Kernels, a: Tensor, b: Tensor): Tensor {
  checkTensors(op, { a, b });
  const kernel = kernelFor(op, 'a', kernels, a);
  if (b.dtype !== a.dtype) throw new GradfoldError(`${op}: b is ${b.dtype}, expected ${a.dtype} like a`);
  return announce(op, { a, b }, launchElements(op, kernel, { a, b }, a.dtype));
}

function unary(op: string, kernels: Kernels, x: Tensor): Tensor {
  checkTensors(op, { x });
  return announce(op, { x }, launchElements(op, kernelFor(op, 'x', kernels, x), { x }, x.dtype));
}

function kernelFor(op: string, name: string, kernels: Kernels, tensor: Tensor): ElementKernel {
  checkDTypes(op, name, tensor, ...(Object.keys(kernels) as DType[]));
  return kernels[tensor.dtype] as ElementKernel;
}

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
import type { DType } from '../data.ts';
import { GradfoldError } from '../errors.ts';
import type { Part } from '../runtime/link.ts';
import type { Tensor } from '../tensor.ts';
import { launchElements } from './broadcast.ts';
import { checkDTypes, checkTensors } from './check.ts';

/** The parts of a function by dtype; a dtype that it does not take has none. Halves are computed as f32. */
type PartsByDType = Partial<Record<DType, readonly Part[]>>;

const floats = (parts: readonly Part[]): PartsByDType => ({ f32: parts, f16: parts });

const FLOATS = [special, classes];
const ADD: PartsByDType = { ...floats([addF32, plus, ...FLOATS]), i32: [addInt], u32: [addInt] };
const SUBTRACT: PartsByDType = { ...floats([subtractF32, plus, ...FLOATS]), i32: [subtractInt], u32: [subtractInt] };
const MULTIPLY: PartsByDType = { ...floats([multiplyF32, ...FLOATS]), i32: [multiplyInt], u32: [multiplyInt] };
const DIVIDE: PartsByDType = floats([dividePart, ...FLOATS]);
const MAXIMUM: PartsByDType = {
  ...floats([maximumPart, keysF32, special]),
  i32: [maximumPart, keysI32],
  u32: [maximumPart, keysU32],
};

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
  return unary('relu', floats([reluPart, ...FLOATS]), x);
}

/** `1 / (1 + exp(-x))` of f32 or f16; exactly 0 and 1 far out. */
export function sigmoid(x: Tensor): Tensor {
  return unary('sigmoid', floats([sigmoidPart, mathExp, ...FLOATS]), x);
}

/** The hyperbolic tangent of f32 or f16; exactly ±1 far out. */
export function tanh(x: Tensor): Tensor {
  return unary('tanh', floats([tanhPart, mathExp, ...FLOATS]), x);
}

/** e to the power of `x`, f32 or f16. */
export function exp(x: Tensor): Tensor {
  return unary('exp', floats([expPart, mathExp, ...FLOATS]), x);
}

/** The natural logarithm of f32 or f16: -∞ at 0, of which subnormals are a part, and NaN below. */
export function log(x: Tensor): Tensor {
  return unary('log', floats([logPart, mathLog, special]), x);
}

/** The square root of f32 or f16: NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  return unary('sqrt', floats([sqrtPart, ...FLOATS]), x);
}

/** `-x`, f32, f16 or i32. */
export function negate(x: Tensor): Tensor {
  return unary('negate', { ...floats([negateF32]), i32: [negateI32] }, x);
}

function binary(op: string, byDType: PartsByDType, a: Tensor, b: Tensor): Tensor {
  checkTensors(op, { a, b });
  const parts = partsFor(op, 'a', byDType, a);
  if (b.dtype !== a.dtype) throw new GradfoldError(`${op}: b is ${b.dtype}, expected ${a.dtype} like a`);
  return launchElements(op, { entry: 'elementwise_binary', parts: [binaryShader, ...parts] }, { a, b }, a.dtype);
}

function unary(op: string, byDType: PartsByDType, x: Tensor): Tensor {
  checkTensors(op, { x });
  const parts = partsFor(op, 'x', byDType, x);
  return launchElements(op, { entry: 'elementwise_unary', parts: [unaryShader, ...parts] }, { x }, x.dtype);
}

function partsFor(op: string, name: string, byDType: PartsByDType, tensor: Tensor): readonly Part[] {
  checkDTypes(op, name, tensor, ...(Object.keys(byDType) as DType[]));
  return byDType[tensor.dtype] as readonly Part[];
}

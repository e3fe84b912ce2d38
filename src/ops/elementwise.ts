import classes from '../../shaders/elementwise/classes.wgsl';
import binaryShader from '../../shaders/elementwise_binary.wgsl';
import unaryShader from '../../shaders/elementwise_unary.wgsl';
import special from '../../shaders/math/special.wgsl';
import type { DType } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import type { NamedPart, Part } from '../runtime/link.ts';
import { type ElementKernel, launchElements } from './broadcast.ts';
import { checkDTypes, checkFloat, checkShape, checkTensors } from './check.ts';

/** A function's kernels by dtype. Unsupported dtypes have none. */
export type Kernels = Partial<Record<DType, ElementKernel>>;

/** The parts that most functions of floats use: special values, as bit masks. */
export const FLOATS: readonly Part[] = [special, classes];

/** The kernel of a function of two elements. `parts` must define its `apply`. */
export function binaryOf(...parts: readonly (Part | NamedPart)[]): ElementKernel {
  return { entry: 'elementwise_binary', parts: [binaryShader, ...parts] };
}

/** The kernel of a function of one element. `parts` must define its `apply`. */
export function unaryOf(...parts: readonly (Part | NamedPart)[]): ElementKernel {
  return { entry: 'elementwise_unary', parts: [unaryShader, ...parts] };
}

/** One kernel for both float dtypes. Halves are computed in f32. */
export function ofFloats(kernel: ElementKernel): Kernels {
  return { f32: kernel, f16: kernel };
}

/** One kernel for both integer dtypes. */
export function ofIntegers(kernel: ElementKernel): Kernels {
  return { i32: kernel, u32: kernel };
}

/** Applies a function to two tensors of one dtype, with broadcasting. */
export function binary(op: string, kernels: Kernels, a: Tensor, b: Tensor): Tensor {
  checkTensors(op, { a, b });
  const kernel = kernelFor(op, 'a', kernels, a);
  if (b.dtype !== a.dtype) throw new GradfoldError(`${op}: b is ${b.dtype}, expected ${a.dtype} like a`);
  return launchElements(op, kernel, { a, b }, a.dtype);
}

/** Applies a function to one tensor. */
export function unary(op: string, kernels: Kernels, x: Tensor): Tensor {
  checkTensors(op, { x });
  return launchElements(op, kernelFor(op, 'x', kernels, x), { x }, x.dtype);
}

/**
 * Where a condition on two tensors holds: 1 there and 0 elsewhere, u32. Not recorded.
 * @param kernel takes the tensors as `a` and `b`
 */
export function compared(op: string, kernel: ElementKernel, a: Tensor, b: Tensor): Tensor {
  return launchElements(op, kernel, { a, b }, 'u32');
}

/**
 * The backward pass of a function of one tensor, from its argument (`x`) or its result (`y`).
 * @param kernel takes dy as `a` and the other tensor as `b`
 */
export function unaryBackward(op: string, kernel: ElementKernel, name: 'x' | 'y', given: Tensor, dy: Tensor): Tensor {
  checkTensors(op, { [name]: given, dy });
  checkFloat(op, name, given);
  checkDTypes(op, 'dy', dy, given.dtype);
  checkShape(op, 'dy', dy.shape, given.shape, name);
  return launchElements(op, kernel, { a: dy, b: given }, given.dtype);
}

function kernelFor(op: string, name: string, kernels: Kernels, tensor: Tensor): ElementKernel {
  checkDTypes(op, name, tensor, ...(Object.keys(kernels) as DType[]));
  return kernels[tensor.dtype] as ElementKernel;
}

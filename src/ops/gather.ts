import backwardShader from '../../shaders/gather_backward.wgsl';
import chainShader from '../../shaders/gather_chain.wgsl';
import { type Shape, show, sizeOf } from '../core/data.ts';
import { IndexError, ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { sliceOf } from '../kernels/slices.ts';
import { ELEMENT_WORKGROUP_SIZE } from '../plan/elements.ts';
import { around } from '../plan/strides.ts';
import type { Cause } from '../runtime/causes.ts';
import { checkDTypes, checkFits, checkShape, checkTensors, resolveAxis } from './check.ts';
import { inheritRange } from './copy.ts';
import { gatherFitting } from './gather_launch.ts';
import { checkLabels } from './labels.ts';

const backwardOf = (signed: boolean) => {
  const constants = { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, SIGNED: signed };
  return {
    chain: { entry: 'gather_chain', parts: [chainShader], constants },
    backward: { entry: 'gather_backward', parts: [backwardShader], constants },
  };
};
const BACKWARD = { i32: backwardOf(true), u32: backwardOf(false) };

/**
 * Takes the slices of `x` at `indices` along an axis, like `numpy.take`. Elements are copied bit for bit.
 *
 * @param x any dtype, at least one axis
 * @param indices i32 or u32, any shape, in `[-n, n)` for an axis of length n; negative indices count from the end
 * @param options.axis counted from the end if negative. Default 0
 * @returns a new tensor with the dtype of `x`, in whose shape the axes of `indices` replace the axis
 * @throws ShapeError; IndexError for an index out of range. If indices were computed on the GPU, the slice of such an
 * index is NaN (0 for integers), and reads of the result reject instead
 */
export function gather(x: Tensor, indices: Tensor, options: { axis?: number } = {}): Tensor {
  checkTensors('gather', { x, indices });
  checkDTypes('gather', 'indices', indices, 'i32', 'u32');
  if (x.rank === 0) throw new ShapeError(`gather: x is ${show(x.shape)}, expected at least one axis`);
  const axis = resolveAxis('gather', options.axis ?? 0, x.rank);
  const { outer, length, inner } = around(x.shape, axis);
  const causes = checkIndices('gather', indices, length);
  const y = x.backend.empty([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
  inheritRange(y, [x]);
  if (y.size === 0)
    x.backend.runtime.watch(causes); // there is nothing to read, so sync() reports faults
  else gatherFitting({ length, inner, causes }, x, indices, y, { outer, count: indices.size });
  return record('gather', { x }, y, {
    keeps: { indices },
    back: (dy, { indices }, { inF32 }) => ({ x: gatherBackward(inF32(dy), indices, { shape: x.shape, axis }) }),
  });
}

/**
 * The gradient of `gather`: `dx_e = Σ dy_n` over the n with `indices_n = e`, summed in their order, so that results are
 * reproducible bit for bit. Takes time quadratic in the number of indices.
 * @param dy the gradient of the result of `gather`, f32
 * @param indices the indices given to `gather`, i32 or u32
 * @param options.shape the shape of the argument of `gather`
 * @param options.axis the axis given to `gather`. Default 0
 * @returns a new f32 tensor with that shape
 * @throws ShapeError if `gather` would not return the shape of `dy`, or a tensor is larger than a binding; IndexError
 * for an index out of range. If indices were computed on the GPU, such an index is left out, and reads of the result
 * reject instead
 */
export function gatherBackward(
  dy: Tensor,
  indices: Tensor,
  options: { readonly shape: Shape; readonly axis?: number },
): Tensor {
  const op = 'gatherBackward';
  checkTensors(op, { dy, indices });
  const { shape } = options;
  checkDTypes(op, 'dy', dy, 'f32');
  checkDTypes(op, 'indices', indices, 'i32', 'u32');
  sizeOf(op, shape);
  const axis = resolveAxis(op, options.axis ?? 0, shape.length);
  const taken = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  checkShape(op, 'dy', dy.shape, taken, `gather of ${show(shape)}`);
  const { backend } = dy;
  const { runtime } = backend;
  const { length, inner } = around(shape, axis);
  if (dy.size > 0) {
    checkFits(op, 'dy', dy, dy.shape);
    checkFits(op, 'dx', dy, shape);
  }
  const causes = checkIndices(op, indices, length);
  const dx = backend.zeros(shape);
  if (dy.size === 0) {
    runtime.watch(causes); // there is nothing to read, so sync() reports faults
  } else {
    const count = indices.size;
    const kernels = BACKWARD[indices.dtype as keyof typeof BACKWARD];
    const chain = backend.empty([2, count], 'u32');
    runtime.launch({
      op,
      kernel: kernels.chain,
      bind: { indices: sliceOf(indices), chain: sliceOf(chain) },
      params: { count, length },
      groups: Math.ceil(count / ELEMENT_WORKGROUP_SIZE),
    });
    runtime.launch({
      op,
      kernel: kernels.backward,
      bind: { indices: sliceOf(indices), chain: sliceOf(chain), dy: sliceOf(dy), dx: sliceOf(dx) },
      params: { size: dy.size, count, length, inner },
      touched: { dx: dy.size },
      groups: Math.ceil(dy.size / ELEMENT_WORKGROUP_SIZE),
      causes,
    });
    chain.dispose();
  }
  return record(op, { dy }, dx, {
    keeps: { indices },
    back: (g, { indices }) => ({ dy: gather(g, indices, { axis }) }),
  });
}

/** Checks indices into an axis of `length`; see `checkLabels`. @throws IndexError */
function checkIndices(op: string, indices: Tensor, length: number): Cause[] {
  return checkLabels(op, indices, {
    classes: length,
    lowest: indices.dtype === 'i32' ? -length : 0,
    error: IndexError,
  });
}

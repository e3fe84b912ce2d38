import shader from '../../shaders/gather.wgsl';
import { show } from '../data.ts';
import { ShapeError } from '../errors.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import type { Tensor } from '../tensor.ts';
import { checkDTypes, checkTensors, resolveAxis } from './check.ts';
import { inheritRange } from './copy.ts';
import { checkLabels } from './labels.ts';
import { sliceOf } from './parts.ts';

/**
 * The entries of `x` at `indices` along an axis, as numpy.take: the axis is replaced by the axes of the indices.
 *
 * @param x any dtype, at least one axis; kept bit for bit
 * @param indices i32 or u32, any shape, in `[-n, n)` for an axis of length n; negative ones count from its end
 * @param options.axis counted from the end when negative. Default 0
 * @returns a new tensor
 * @throws LabelError for an index out of range that the host uploaded. One made on the device makes NaN (0 of integers),
 * and reads of the result reject
 */
export function gather(x: Tensor, indices: Tensor, options: { axis?: number } = {}): Tensor {
  checkTensors('gather', { x, indices });
  checkDTypes('gather', 'indices', indices, 'i32', 'u32');
  if (x.rank === 0) throw new ShapeError(`gather: x is ${show(x.shape)}, expected at least one axis`);
  const axis = resolveAxis('gather', options.axis ?? 0, x.rank);
  const length = x.shape[axis] as number;
  const causes = checkLabels('gather', indices, { classes: length, lowest: indices.dtype === 'i32' ? -length : 0 });
  const rest = x.shape.slice(axis + 1);
  const y = x.backend.empty([...x.shape.slice(0, axis), ...indices.shape, ...rest], x.dtype);
  inheritRange(y, [x]);
  if (y.size === 0) for (const cause of causes) x.backend.runtime.stream.watch(cause); // nothing is left to ask but sync()
  const inner = rest.reduce((product, size) => product * size, 1);
  x.backend.runtime.launch({
    op: 'gather',
    kernel: { entry: 'gather', parts: [shader], constants: { WIDTH: ELEMENT_WIDTH, SIGNED: indices.dtype === 'i32' } },
    bind: { x: sliceOf(x), indices: sliceOf(indices), y: sliceOf(y) },
    params: { size: y.size, length, inner, count: indices.size, missing_bits: x.dtype === 'f32' ? NAN_BITS : 0 },
    groups: Math.ceil(y.size / (4 * ELEMENT_WIDTH)),
    causes,
  });
  return y;
}

import shader from '../../shaders/copy_strided.wgsl';
import strided from '../../shaders/operand/strided.wgsl';
import type { Shape } from '../data.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import { axisParams, collapse } from '../plan/strides.ts';
import type { HostRange } from '../runtime/pool.ts';
import type { Tensor } from '../tensor.ts';
import { sliceOf } from './parts.ts';

/** A new tensor of `shape` whose neighbours along each axis stand `strides` apart in x, from element `start` on. */
export function copyStrided(op: string, x: Tensor, shape: Shape, strides: readonly number[], start: number): Tensor {
  const axes = collapse(op, shape, [strides]);
  const y = x.backend.empty(shape, x.dtype);
  inheritRange(y, [x]);
  if (y.size === 0) return y;
  const span = axes.reduce((last, { length, strides: [stride = 0] }) => last + (length - 1) * stride, 1);
  x.backend.runtime.launch({
    op,
    kernel: {
      entry: 'copy_strided',
      parts: [shader, { part: strided, names: { NAME: 'x', SLOT: 'y' } }],
      constants: { WIDTH: ELEMENT_WIDTH, RANK: axes.length },
    },
    bind: { x: sliceOf(x, start, span), y: sliceOf(y) },
    params: { size: y.size, axes: axisParams(axes) },
    groups: Math.ceil(y.size / (4 * ELEMENT_WIDTH)),
  });
  return y;
}

/** Bounds of integers that are a choice of others: the union of theirs, where all are known. */
export function inheritRange(y: Tensor, sources: readonly Tensor[]): void {
  let union: HostRange | undefined;
  for (const { hostRange, size } of sources) {
    if (size === 0) continue;
    if (!hostRange) return;
    const min = Math.min(hostRange.min, union?.min ?? hostRange.min);
    const max = Math.max(hostRange.max, union?.max ?? hostRange.max);
    union = { min, max, minIndex: 0, maxIndex: 0, exact: false };
  }
  if (union && y.size > 0) y.storage.hostRange = union;
}

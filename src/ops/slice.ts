import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { stridesOf } from '../plan/strides.ts';
import { checkTensors } from './check.ts';
import { copyInto, copyStrided } from './copy.ts';

/**
 * The box of `x` that begins at `starts` and has `sizes` elements along each axis. Elements are copied bit for bit.
 *
 * @param x any dtype, any shape
 * @param starts one index per axis, at least 0
 * @param sizes one length per axis; the box must lie within `x`
 * @returns a new tensor with shape `sizes` and the dtype of `x`
 * @throws ShapeError for a box that does not lie within `x`
 */
export function slice(x: Tensor, starts: readonly number[], sizes: readonly number[]): Tensor {
  checkTensors('slice', { x });
  if (!Array.isArray(starts as unknown) || !Array.isArray(sizes as unknown)) {
    throw new ShapeError(
      `slice: starts is ${starts} and sizes is ${sizes}, expected arrays of ${x.rank} whole numbers`,
    );
  }
  const whole = (value: number | undefined) => Number.isInteger(value) && (value as number) >= 0;
  const fits = x.shape.every((length, axis) => {
    const [start, size] = [starts[axis], sizes[axis]];
    return whole(start) && whole(size) && (start as number) + (size as number) <= length;
  });
  if (!fits || starts.length !== x.rank || sizes.length !== x.rank) {
    throw new ShapeError(
      `slice: starts ${show(starts)} with sizes ${show(sizes)}, expected a box within x ${show(x.shape)}`,
    );
  }
  const strides = stridesOf(x.shape);
  const first = starts.reduce((at, start, axis) => at + start * (strides[axis] as number), 0);
  return record('slice', { x }, copyStrided('slice', x, [...sizes], strides, first), {
    back: (dy) => {
      const dx = dy.backend.zeros(x.shape, dy.dtype);
      copyInto('slice', dy, { shape: dy.shape, from: stridesOf(dy.shape), to: strides, toStart: first }, dx);
      return { x: record('sliceBackward', { dy }, dx, { back: (g) => ({ dy: slice(g, starts, sizes) }) }) };
    },
  });
}

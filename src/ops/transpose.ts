import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { stridesOf } from '../plan/strides.ts';
import { checkTensors, resolveAxis } from './check.ts';
import { copyStrided } from './copy.ts';

/**
 * Permutes the axes: axis i of the result is axis `permutation[i]` of `x`. Elements are copied bit for bit.
 *
 * @param x any dtype, any shape
 * @param permutation every axis once, counted from the end if negative. Default the reversed axes
 * @returns a new tensor with the dtype of `x`
 * @throws ShapeError unless `permutation` has every axis once
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  checkTensors('transpose', { x });
  const order = (permutation ?? x.shape.map((_, axis) => -1 - axis)).map((axis) =>
    resolveAxis('transpose', axis, x.rank),
  );
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new ShapeError(
      `transpose: permutation is ${show(permutation ?? [])}, expected every axis of ${show(x.shape)} once`,
    );
  }
  return record('transpose', { x }, transposed('transpose', x, order), {
    back: (dy) => {
      const inverse = order.map((_, axis) => order.indexOf(axis));
      return { x: transpose(dy, inverse) };
    },
  });
}

/** `transpose` for another op, without recording a call. @internal */
export function transposed(op: string, x: Tensor, order: readonly number[]): Tensor {
  const strides = stridesOf(x.shape);
  const pick = (list: readonly number[]) => order.map((axis) => list[axis] as number);
  return copyStrided(op, x, pick(x.shape), pick(strides), 0);
}

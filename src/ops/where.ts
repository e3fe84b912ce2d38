import shader from '../../shaders/elementwise_where.wgsl';
import type { DType } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import { type Pass, record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchElements } from './broadcast.ts';
import { checkTensors } from './check.ts';
import { inheritRange } from './copy.ts';

const KERNEL = { entry: 'elementwise_where', parts: [shader], moves: true };
/** The bits of a condition that decide whether it is 0: all except the sign of a float. */
const TRUTH_MASK: Record<DType, number> = { f32: 0x7fffffff, f16: 0x7fff, i32: 0xffffffff, u32: 0xffffffff };

/**
 * `a` where the condition is nonzero, `b` elsewhere, with NumPy broadcasting. Elements are copied bit for bit.
 *
 * @param condition any dtype; NaN counts as nonzero, -0 as zero
 * @param a any dtype
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for unequal dtypes
 */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  checkTensors('where', { condition, a, b });
  if (b.dtype !== a.dtype) throw new GradfoldError(`where: b is ${b.dtype}, expected ${a.dtype} like a`);
  const y = launchElements('where', KERNEL, { condition, a, b }, a.dtype, { truth_mask: TRUTH_MASK[condition.dtype] });
  inheritRange(y, [a, b]);
  return record('where', { a, b }, y, {
    keeps: { condition },
    back: (dy, { condition }, pass) => chosen(pass, condition, dy, a, b),
  });
}

/** The gradients of `where(condition, a, b)`. @internal */
export function chosen(
  { where, sumTo, scalarLike }: Pass<Tensor>,
  condition: Tensor,
  dy: Tensor,
  a: Tensor,
  b: Tensor,
): { a: Tensor; b: Tensor } {
  const none = scalarLike(dy, 0);
  return { a: sumTo(where(condition, dy, none), a.shape), b: sumTo(where(condition, none, dy), b.shape) };
}

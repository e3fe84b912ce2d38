import shader from '../../shaders/elementwise_where.wgsl';
import type { DType } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import { type Pass, record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchElements } from './broadcast.ts';
import { checkTensors } from './check.ts';
import { inheritRange } from './copy.ts';

const KERNEL = { entry: 'elementwise_where', parts: [shader], moves: true };
/** The bits of a condition that count: not a zero's sign. */
const TRUTH_MASK: Record<DType, number> = { f32: 0x7fffffff, f16: 0x7fff, i32: 0xffffffff, u32: 0xffffffff };

/**
 * `a` where the condition is not 0, `b` elsewhere; all three broadcast as in numpy.
 *
 * @param condition any dtype; NaN is not 0, -0 is
 * @param a any dtype, kept bit for bit
 * @param b of the dtype of `a`
 * @returns a new tensor of the common shape
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

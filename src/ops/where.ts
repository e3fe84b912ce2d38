import shader from '../../shaders/elementwise_where.wgsl';
import { isFloat } from '../data.ts';
import { GradfoldError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { launchElements } from './broadcast.ts';
import { checkTensors } from './check.ts';
import { inheritRange } from './copy.ts';

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
  const truth = isFloat(condition.dtype) ? 0x7fffffff : 0xffffffff;
  const kernel = { entry: 'elementwise_where', parts: [shader] };
  const y = launchElements('where', kernel, { condition, a, b }, a.dtype, { truth_mask: truth });
  inheritRange(y, [a, b]);
  return y;
}

import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { checkFloat, checkTensors } from './check.ts';
import { type ReduceOptions, reduce, SUM } from './reduce.ts';

/**
 * The mean along axes: `y = Σ x / n`. NaN for an empty sum.
 *
 * @param x f32 or f16 (summed in f32), any shape
 * @returns a new tensor with the dtype of `x` and its shape without the reduced axes
 * @throws ShapeError for an axis that does not exist or appears twice
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensors('mean', { x });
  checkFloat('mean', 'x', x);
  const y = reduce('mean', x, options, (count) => ({
    kernel: SUM,
    quotient: { divisor: count, emptyBits: NAN_BITS },
  }));
  return record('mean', { x }, y, {
    back: (dy, _, { inF32, multiply, repeatTo, scalarLike, unreduced }) => {
      const wide = inF32(dy);
      const share = multiply(wide, scalarLike(wide, dy.size / Math.max(x.size, 1)));
      const own = share.dtype === dy.dtype ? share : share.cast(dy.dtype);
      return { x: repeatTo(unreduced(own, x.shape, options.axis), x.shape) };
    },
  });
}

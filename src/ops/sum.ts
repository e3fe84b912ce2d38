import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkFloat, checkTensors } from './check.ts';
import { PLAIN, type ReduceOptions, reduce, SUM } from './reduce.ts';

/**
 * The sum along axes: `y = Σ x`. 0 for an empty sum.
 *
 * NaN, or infinities of both signs, make their sum NaN and affect no other.
 * @param x f32 or f16 (summed in f32), any shape
 * @returns a new tensor with the dtype of `x` and its shape without the reduced axes
 * @throws ShapeError for an axis that does not exist or appears twice
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensors('sum', { x });
  checkFloat('sum', 'x', x);
  const y = reduce('sum', x, options, () => ({ kernel: SUM, quotient: PLAIN }));
  return record('sum', { x }, y, {
    back: (dy, _, { repeatTo, unreduced }) => ({ x: repeatTo(unreduced(dy, x.shape, options.axis), x.shape) }),
  });
}

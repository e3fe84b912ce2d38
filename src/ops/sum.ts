import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkFloat, checkTensors } from './check.ts';
import { PLAIN, type ReduceOptions, reduce, SUM } from './reduce.ts';

/**
 * The sum along axes: `y = Σ x`; 0 over nothing.
 *
 * NaN, or infinities of both signs, make that sum NaN, and no other.
 * @param x f32 or f16 (summed in f32), any shape
 * @returns a new tensor of the shape of `x` without the summed axes, and its dtype
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensors('sum', { x });
  checkFloat('sum', 'x', x);
  const y = reduce('sum', x, options, () => ({ kernel: SUM, quotient: PLAIN }));
  return record('sum', { x }, y, {
    back: (dy, _, { repeatTo, unreduced }) => ({ x: repeatTo(unreduced(dy, x.shape, options.axis), x.shape) }),
  });
}

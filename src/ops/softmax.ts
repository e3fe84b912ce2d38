import exp from '../../shaders/math/exp.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/logsumexp.wgsl';
import fold from '../../shaders/monoid/logsumexp_row.wgsl';
import subgroup from '../../shaders/monoid/logsumexp_subgroup.wgsl';
import forward from '../../shaders/softmax_forward.wgsl';
import type { DType } from '../data.ts';
import { bitsOf, NAN_BITS } from '../plan/bits.ts';
import type { Tensor } from '../tensor.ts';
import { checkDTypes, checkOption, checkTensors, lastAxisRows } from './check.ts';
import { launchRows } from './row_launch.ts';

/** What a row of nothing but -inf becomes: NaN as in PyTorch, all 0, or 1/C. */
export type EmptyRow = 'nan' | 'zero' | 'uniform';

const SOFTMAX_FORWARD = {
  entry: 'softmax_forward',
  monoid: { merge, subgroup },
  parts: [forward, exp, special, fold],
};

/**
 * Softmax: `y_j = exp(x_j - max x) / Σ_k exp(x_k - max x)` along an axis.
 *
 * NaN or +inf in a row makes that row NaN, and no other.
 * @param x f32, any shape
 * @param options.axis default -1, the last
 * @param options.emptyRow what a row of nothing but -inf becomes. Default 'nan'
 * @param options.dtype of the result; default that of `x`
 * @returns a new tensor of the shape of `x`
 */
export function softmax(x: Tensor, options: { axis?: number; emptyRow?: EmptyRow; dtype?: DType } = {}): Tensor {
  checkTensors('softmax', { x });
  checkDTypes('softmax', 'x', x, 'f32');
  checkOption('softmax', 'dtype', options.dtype ?? 'f32', ['f32']);
  const emptyRow = checkOption<EmptyRow>('softmax', 'emptyRow', options.emptyRow ?? 'nan', ['nan', 'zero', 'uniform']);
  const { rows, cols } = lastAxisRows('softmax', x, options.axis);
  const y = x.backend.empty(x.shape, 'f32');
  const emptyBits = { nan: NAN_BITS, zero: 0, uniform: bitsOf(1 / cols) }[emptyRow];
  launchRows(x.backend.runtime, {
    op: 'softmax',
    kernel: SOFTMAX_FORWARD,
    rows,
    cols,
    reads: { x },
    writes: { y },
    params: { empty_bits: emptyBits },
  });
  return y;
}

import shader from '../../shaders/log_sum_exp.wgsl';
import log from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import exponentials from '../../shaders/monoid/exponentials.wgsl';
import merge from '../../shaders/monoid/logsumexp.wgsl';
import block from '../../shaders/monoid/logsumexp_block.wgsl';
import subgroup from '../../shaders/monoid/logsumexp_subgroup.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { exp, fallingOfLogarithms } from '../kernels/exp.ts';
import { checkTensors } from './check.ts';
import { launchRowReduction } from './row_ops.ts';
import { softmax } from './softmax.ts';

const KERNEL = {
  entry: 'log_sum_exp',
  maximumFirst: true,
  monoid: { merge, subgroup },
  parts: [shader, exp, fallingOfLogarithms, log, special, block, { part: exponentials, names: { NAME: 'x' } }],
};

/**
 * `log Σ_j exp x_j` along an axis, without overflow. -inf for an empty row or one of nothing but -inf; NaN for a row
 * with NaN or +inf.
 * @param x f32 or f16, any shape
 * @param options.axis counted from the end if negative. Default -1, the last
 * @param options.keepDims whether to keep the axis with length 1. Default false
 * @returns a new tensor with the dtype of `x` and its shape without the axis
 * @throws ShapeError for an axis that does not exist
 */
export function logSumExp(x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor {
  checkTensors('logSumExp', { x });
  const y = launchRowReduction('logSumExp', KERNEL, x, options, x.dtype);
  return record('logSumExp', { x }, y, {
    keeps: { x },
    back: (dy, { x }, { inF32, multiply, unreduced }) => {
      const { axis = -1 } = options;
      const p = softmax(x, { axis, emptyRow: 'zero', dtype: 'f32' });
      return { x: multiply(p, inF32(unreduced(dy, x.shape, axis))) };
    },
  });
}

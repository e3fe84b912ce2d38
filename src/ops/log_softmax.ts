import backward from '../../shaders/log_softmax_backward.wgsl';
import forward from '../../shaders/log_softmax_forward.wgsl';
import log from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import exponentials from '../../shaders/monoid/exponentials.wgsl';
import merge from '../../shaders/monoid/logsumexp.wgsl';
import block from '../../shaders/monoid/logsumexp_block.wgsl';
import subgroup from '../../shaders/monoid/logsumexp_subgroup.wgsl';
import sum from '../../shaders/monoid/sum.wgsl';
import sumSubgroup from '../../shaders/monoid/sum_subgroup.wgsl';
import type { DType } from '../core/data.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { expOfResults, fallingOfLogarithms } from '../kernels/exp.ts';
import { bitsOf, NAN_BITS, NEGATIVE_INFINITY_BITS } from '../plan/bits.ts';
import { checkOption } from './check.ts';
import { launchRowBackward, launchRowForward } from './row_ops.ts';
import type { EmptyRow } from './softmax.ts';

const FORWARD = {
  entry: 'log_softmax_forward',
  maximumFirst: true,
  monoid: { merge, subgroup },
  parts: [
    forward,
    expOfResults,
    fallingOfLogarithms,
    log,
    special,
    block,
    { part: exponentials, names: { NAME: 'x' } },
  ],
};
const BACKWARD = {
  entry: 'log_softmax_backward',
  monoid: { merge: sum, subgroup: sumSubgroup },
  parts: [backward, expOfResults, special],
};

/**
 * Log-softmax along an axis: `y_j = (x_j - max x) - log Σ_k exp(x_k - max x)`, computed in f32. NaN or +inf in a row
 * makes the row NaN.
 * @param x f32 or f16, any shape
 * @param options.axis counted from the end if negative. Default -1, the last
 * @param options.emptyRow the result for a row of nothing but -inf: 'nan' for NaN, 'zero' for -inf, 'uniform' for -ln
 * C. Default 'nan'
 * @param options.dtype the dtype of the result, 'f32' or 'f16'. Default the dtype of `x`
 * @returns a new tensor with the shape of `x`
 * @throws ShapeError for an axis that does not exist; GradfoldError for another dtype or `emptyRow`
 */
export function logSoftmax(x: Tensor, options: { axis?: number; emptyRow?: EmptyRow; dtype?: DType } = {}): Tensor {
  const emptyRow = checkOption<EmptyRow>('logSoftmax', 'emptyRow', options.emptyRow ?? 'nan', [
    'nan',
    'zero',
    'uniform',
  ]);
  const y = launchRowForward('logSoftmax', FORWARD, x, options, (cols) => ({
    empty_bits: { nan: NAN_BITS, zero: NEGATIVE_INFINITY_BITS, uniform: bitsOf(-Math.log(cols)) }[emptyRow],
  }));
  return record('logSoftmax', { x }, y, {
    keeps: { y },
    back: (dy, { y }) => ({ x: logSoftmaxBackward(y, dy, options) }),
  });
}

/**
 * The gradient of `logSoftmax`: `dx = dy - exp(y)·Σ dy` along an axis. NaN or +inf in a row of `y`, or a non-finite
 * element in a row of `dy`, makes the row NaN.
 * @param y the result of `logSoftmax`, f32 or f16
 * @param dy the gradient of `y`, f32 or f16, with its shape
 * @param options.axis the axis given to `logSoftmax`. Default -1, the last
 * @returns a new tensor with the shape and dtype of `y`
 */
export function logSoftmaxBackward(y: Tensor, dy: Tensor, options: { axis?: number } = {}): Tensor {
  const dx = launchRowBackward('logSoftmaxBackward', BACKWARD, y, dy, options);
  // dy - exp(y)·Σ dy
  return record('logSoftmaxBackward', { y, dy }, dx, {
    keeps: { y, dy },
    back: (g, { y, dy }, { wants, multiply, negate, subtract, exp, sum, inF32 }) => {
      const rowSum = (x: Tensor) => sum(x, { axis: options.axis ?? -1, keepDims: true });
      const back = inF32(g);
      const weighted = multiply(back, exp(inF32(y)));
      return {
        dy: subtract(back, rowSum(weighted)),
        y: wants('y') ? negate(multiply(weighted, rowSum(inF32(dy)))) : undefined,
      };
    },
  });
}

import special from '../../shaders/math/special.wgsl';
import exponentials from '../../shaders/monoid/exponentials.wgsl';
import merge from '../../shaders/monoid/logsumexp.wgsl';
import block from '../../shaders/monoid/logsumexp_block.wgsl';
import subgroup from '../../shaders/monoid/logsumexp_subgroup.wgsl';
import sum from '../../shaders/monoid/sum.wgsl';
import sumSubgroup from '../../shaders/monoid/sum_subgroup.wgsl';
import backward from '../../shaders/softmax_backward.wgsl';
import forward from '../../shaders/softmax_forward.wgsl';
import type { DType } from '../core/data.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { expOfResults, fallingExponentials } from '../kernels/exp.ts';
import { bitsOf, NAN_BITS } from '../plan/bits.ts';
import { checkOption } from './check.ts';
import { launchRowBackward, launchRowForward } from './row_ops.ts';

/** The softmax of a row of nothing but -inf: 'nan' for NaN as in PyTorch, 'zero' for 0, 'uniform' for 1/C. */
export type EmptyRow = 'nan' | 'zero' | 'uniform';

const FORWARD = {
  entry: 'softmax_forward',
  maximumFirst: true,
  monoid: { merge, subgroup },
  parts: [forward, expOfResults, fallingExponentials, special, block, { part: exponentials, names: { NAME: 'x' } }],
};
const BACKWARD = {
  entry: 'softmax_backward',
  monoid: { merge: sum, subgroup: sumSubgroup },
  parts: [backward, special],
};

/**
 * Softmax along an axis: `y_j = exp(x_j - max x) / Σ_k exp(x_k - max x)`, computed in f32. NaN or +inf in a row makes
 * the row NaN.
 * @param x f32 or f16, any shape
 * @param options.axis counted from the end if negative. Default -1, the last
 * @param options.emptyRow the result for a row of nothing but -inf. Default 'nan'
 * @param options.dtype the dtype of the result, 'f32' or 'f16'. Default the dtype of `x`
 * @returns a new tensor with the shape of `x`
 * @throws ShapeError for an axis that does not exist; GradfoldError for another dtype or `emptyRow`
 */
export function softmax(x: Tensor, options: { axis?: number; emptyRow?: EmptyRow; dtype?: DType } = {}): Tensor {
  const emptyRow = checkOption<EmptyRow>('softmax', 'emptyRow', options.emptyRow ?? 'nan', ['nan', 'zero', 'uniform']);
  const y = launchRowForward('softmax', FORWARD, x, options, (cols) => ({
    empty_bits: { nan: NAN_BITS, zero: 0, uniform: bitsOf(1 / cols) }[emptyRow],
  }));
  return record('softmax', { x }, y, {
    keeps: { y },
    back: (dy, { y }) => ({ x: softmaxBackward(y, dy, options) }),
  });
}

/**
 * The gradient of `softmax`: `dx = y·(dy - Σ y·dy)` along an axis. A non-finite element in a row of `y` or `dy` makes
 * the row NaN.
 * @param y the result of `softmax`, f32 or f16
 * @param dy the gradient of `y`, f32 or f16, with its shape
 * @param options.axis the axis given to `softmax`. Default -1, the last
 * @returns a new tensor with the shape and dtype of `y`
 */
export function softmaxBackward(y: Tensor, dy: Tensor, options: { axis?: number } = {}): Tensor {
  const dx = launchRowBackward('softmaxBackward', BACKWARD, y, dy, options);
  // The map dy → y·(dy - Σ y·dy) is symmetric.
  return record('softmaxBackward', { y, dy }, dx, {
    keeps: { y, dy },
    back: (g, { y, dy }, { wants, multiply, subtract, sum, inF32 }) => {
      const rowSum = (x: Tensor) => sum(x, { axis: options.axis ?? -1, keepDims: true });
      const [p, d, back] = [inF32(y), inF32(dy), inF32(g)];
      const ofY = () =>
        subtract(multiply(back, subtract(d, rowSum(multiply(p, d)))), multiply(d, rowSum(multiply(p, back))));
      return { dy: softmaxBackward(y, g, options), y: wants('y') ? ofY() : undefined };
    },
  });
}

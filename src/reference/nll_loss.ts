import { round, sumOf } from './arithmetic.ts';
import {
  type ClassLossBackwardOptions,
  type ClassLossOptions,
  classLoss,
  classLossBackward,
  type RowGradient,
  type RowLoss,
} from './class_loss.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';

/** -Σ_c q_c·x_c. As in PyTorch, a class with q_c = 0 is skipped, whatever its value. */
const rowLoss: RowLoss = (row, target) =>
  sumOf(row, (x, c) => {
    const q = target.q(c);
    return q === 0 ? 0 : -round(q * x);
  });

const rowGradient: RowGradient = (row, target) => row.map((_, c) => 0 - target.q(c));

/**
 * The negative log-likelihood -Σ_c q_c·x_c of log-probabilities x, with q and the options as in crossEntropy.
 *
 * @param logProbabilities [N, C], [N, C, ...] or [C]
 * @param targets as in crossEntropy
 * @returns a scalar, or with reduction 'none' the shape without the class axis
 * @throws RangeError for a label that is neither ignored nor in [0, C)
 */
export function nllLoss(logProbabilities: NdArray, targets: NdArray, options: ClassLossOptions = {}): Float64NdArray {
  const op = { name: 'nllLoss', input: 'logProbabilities' };
  return classLoss(op, rowLoss, logProbabilities, targets, options);
}

/**
 * The gradient of nllLoss with respect to the log-probabilities: -q_c·upstream, divided by the mean's denominator with
 * reduction 'mean'. It does not depend on the log-probabilities, and is exactly 0 in ignored rows.
 *
 * @returns the log-probabilities' shape
 */
export function nllLossBackward(
  logProbabilities: NdArray,
  targets: NdArray,
  options: ClassLossBackwardOptions = {},
): Float64NdArray {
  const op = { name: 'nllLossBackward', input: 'logProbabilities' };
  return classLossBackward(op, rowGradient, logProbabilities, targets, options);
}

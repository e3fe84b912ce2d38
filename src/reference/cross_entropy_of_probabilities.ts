import { round, sumOf } from './arithmetic.ts';
import { type ClassLossOptions, classLoss, type RowLoss } from './class_loss.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';

/** -Σ_c q_c·log p_c, with 0·log 0 = 0. */
const rowLoss: RowLoss = (row, target) =>
  sumOf(row, (p, c) => {
    const q = target.q(c);
    return q === 0 ? 0 : -round(q * round(Math.log(p)));
  });

/**
 * The cross-entropy H(t, p) = -Σ_c t_c·log p_c of normalized distributions, with 0·log 0 = 0 and +inf if t_c > 0 and
 * p_c = 0. The options are those of crossEntropy.
 *
 * @param probabilities [N, C], [N, C, ...] or [C]
 * @param targets as in crossEntropy
 * @returns a scalar, or with reduction 'none' the shape without the class axis
 * @throws RangeError for a label that is neither ignored nor in [0, C)
 */
export function crossEntropyOfProbabilities(
  probabilities: NdArray,
  targets: NdArray,
  options: ClassLossOptions = {},
): Float64NdArray {
  const op = { name: 'crossEntropyOfProbabilities', input: 'probabilities' };
  return classLoss(op, rowLoss, probabilities, targets, options);
}

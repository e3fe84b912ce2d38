import { round, sumOf } from './arithmetic.ts';
import {
  type ClassLossBackwardOptions,
  type ClassLossOptions,
  classLoss,
  classLossBackward,
  type RowGradient,
  type RowLoss,
} from './class_loss.ts';
import { type ExpFold, foldExp, negativeLogProbability, probability } from './log_sum_exp.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';

export interface CrossEntropyWithGradientOptions extends ClassLossOptions {
  /** Multiplies the gradient (not the loss). @default 1 */
  scale?: number;
  /** Accepted for compatibility with the GPU op; the reference never writes to its input. */
  inPlace?: boolean;
}

/** Σ_c q_c·(lse - x_c). A class with q_c = 0 adds nothing, even at x_c = -inf. */
export const crossEntropyRow: RowLoss = (row, target) => {
  const fold = foldExp(row);
  if (fold.argmax < 0) return Number.NaN;
  return sumOf(row, (x, c) => {
    const q = target.q(c);
    return q === 0 ? 0 : round(q * negativeLogProbability(x, fold));
  });
};

/** p_c·Σq - q_c. If one class has all of q, its component is computed as -q·(1 - p), which does not cancel. */
export const crossEntropyRowGradient: RowGradient = (row, target) => {
  const fold = foldExp(row);
  if (fold.argmax < 0) return row.map(() => Number.NaN);
  const total = sumOf(row, (_, c) => target.q(c));
  return row.map((x, c) =>
    c === target.only
      ? 0 - round(total * complement(x, c, fold))
      : round(round(probability(x, fold) * total) - target.q(c)),
  );
};

/**
 * 1 - p_c = r/(1 + r), where r is the sum of the other classes' exponentials divided by that of c. All are relative to
 * the row's largest element, so nothing overflows. `rest` contains exp(x - max) <= 1, and 1 + rest minus that is at
 * least rest, so nothing cancels.
 */
function complement(x: number, c: number, { max, argmax, rest }: ExpFold): number {
  const others = c === argmax ? rest : round(1 + round(rest - round(Math.exp(round(x - max)))));
  return round(others / round(1 + rest));
}

/**
 * Cross-entropy of softmax(logits) and the targets. The loss of a row is Σ_c q_c·(lse - x_c); the target's term is
 * accurate down to 1e-30 and under common offsets of 1e8.
 *
 * - Index targets: q_c = w_c·ε/C + [c = t]·(1 - ε)·w_t. Ignored rows have loss 0 whatever their logits.
 * - Probabilities t: q_c = w_c·((1 - ε)·t_c + ε/C); they need not sum to one.
 *
 * A row with NaN or +inf, or with only -inf, has loss NaN. q_c > 0 at x_c = -inf gives +inf.
 *
 * @param logits [N, C], [N, C, ...] or [C]
 * @param targets indices (an integer array) in the logits' shape without the class axis, or probabilities (a float
 *   array) in the logits' shape
 * @returns a scalar, or with reduction 'none' the logits' shape without the class axis
 * @throws RangeError for a label that is neither ignored nor in [0, C)
 */
export function crossEntropy(logits: NdArray, targets: NdArray, options: ClassLossOptions = {}): Float64NdArray {
  const op = { name: 'crossEntropy', input: 'logits' };
  return classLoss(op, crossEntropyRow, logits, targets, options);
}

/**
 * The gradient of crossEntropy with respect to the logits: (p_c·Σq - q_c)·upstream, divided by the mean's denominator
 * with reduction 'mean'.
 *
 * Exactly 0 in ignored rows and if the denominator is 0; NaN in a row whose loss is NaN (see crossEntropy).
 *
 * @returns the logits' shape
 */
export function crossEntropyBackward(
  logits: NdArray,
  targets: NdArray,
  options: ClassLossBackwardOptions = {},
): Float64NdArray {
  const op = { name: 'crossEntropyBackward', input: 'logits' };
  return classLossBackward(op, crossEntropyRowGradient, logits, targets, options);
}

/** crossEntropy, and its gradient with respect to the logits times `scale`. */
export function crossEntropyWithGradient(
  logits: NdArray,
  targets: NdArray,
  options: CrossEntropyWithGradientOptions = {},
): { loss: Float64NdArray; gradient: Float64NdArray } {
  const op = { name: 'crossEntropyWithGradient', input: 'logits' };
  return {
    loss: classLoss(op, crossEntropyRow, logits, targets, options),
    gradient: classLossBackward(op, crossEntropyRowGradient, logits, targets, options),
  };
}

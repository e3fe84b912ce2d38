/** The inputs of the bound before a step. n + 1 is the number of nonzero pixels of an image plus 2. */
export interface StepFacts {
  /** ‖W₀‖ + ‖W₁‖ + ‖w‖, including biases. */
  readonly norms: number;
  /** The largest (n + 1)·Σ|x|·(|W₀| + |W₁| + |w|) of the compared images. */
  readonly largest: number;
  /** The mean of ‖(x, 1)‖·(n + 1)·Σ|x|·(|W₀| + |W₁| + |w|) over the batch. */
  readonly ofBatch: number;
  /** The sum of both mean losses. */
  readonly losses: number;
  /** ‖(x, 1)‖ of each image in the batch. */
  readonly lengths: readonly number[];
}

export interface Bounds {
  readonly probabilityBound: number;
  readonly lossBound: number;
}

/** The largest relative error of one rounding to f32. */
const UNIT = 2 ** -24;
/** The error budget, in roundings, of exp, log, softmax, σ and a loss of one image; `gradfold check` finds less. */
const BUDGET = 32;

/**
 * Bounds how far rounding alone can drive softmax regression of two classes and logistic regression apart. Let e be
 * ‖W₁ - W₀ - w‖ including biases, n the number of nonzero pixels of an image plus 1 for the bias, and U = 2⁻²⁴:
 *
 *     a logit's error         ζ = (n + 1)·U·Σ|x|·(|W₀| + |W₁| + |w|)      for both models together, sums in any order
 *     a probability's error   π = ζ/4 + 2·BUDGET·U                        both; the slope of σ is at most 1/4
 *     a step's error          ρ = η·mean ‖(x, 1)‖·(π + 2·(N + 8)·U) + U·(‖W₀‖ + ‖W₁‖ + ‖w‖)  for N images: their mean and the update
 *     after a step            e ← max(1, η·L - 1)·e + ρ                    L = mean ‖(x, 1)‖²/4
 *
 * because the exact step w - η·∇ of a convex loss with an L-Lipschitz gradient does not drive points apart while η·L ≤ 2. Then
 * probabilities differ by at most max ‖(x, 1)‖·e/4 + π, losses by max ‖(x, 1)‖·e + ζ and the rounding of M losses and their mean.
 * @param compared the number of compared images, and the largest of their ‖(x, 1)‖
 */
export function boundsOf(
  steps: readonly StepFacts[],
  rate: number,
  compared: { readonly count: number; readonly longest: number },
): Bounds[] {
  let apart = 0;
  return steps.map(({ norms, largest, ofBatch, losses, lengths }) => {
    const far = compared.longest * apart;
    const bounds = {
      probabilityBound: (far + UNIT * largest) / 4 + 2 * BUDGET * UNIT,
      lossBound: far + UNIT * largest + (BUDGET + compared.count) * UNIT * (1 + losses),
    };
    const mean = (of: (length: number) => number) =>
      lengths.reduce((sum, length) => sum + of(length), 0) / lengths.length;
    const others = mean((length) => length) * 2 * (BUDGET + lengths.length + 8);
    const growth = Math.max(1, (rate * mean((length) => length ** 2)) / 4 - 1);
    apart = growth * apart + UNIT * (rate * (ofBatch / 4 + others) + norms);
    return bounds;
  });
}

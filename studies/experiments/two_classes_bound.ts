/** What the bound goes by, as it was before a step. n + 1: an image's pixels that are not 0, its bias, and one more. */
export interface StepFacts {
  /** ‖W₀‖ + ‖W₁‖ + ‖w‖, biases with them. */
  readonly norms: number;
  /** The largest (n + 1)·Σ|x|·(|W₀| + |W₁| + |w|) of the images that are compared. */
  readonly largest: number;
  /** The mean of ‖(x, 1)‖·(n + 1)·Σ|x|·(|W₀| + |W₁| + |w|) over the batch. */
  readonly ofBatch: number;
  /** Both mean losses together. */
  readonly losses: number;
  /** ‖(x, 1)‖ of each image in the batch. */
  readonly lengths: readonly number[];
}

export interface Bounds {
  readonly probabilityBound: number;
  readonly lossBound: number;
}

/** What f32 may lose in one rounding. */
const UNIT = 2 ** -24;
/** The error budget, in roundings, of exp, log, softmax, σ and a loss of one image; `gradfold check` finds less. */
const BUDGET = 32;

/**
 * How far rounding alone can drive softmax regression of two classes and logistic regression apart. Let e be ‖W₁ - W₀ - w‖ with
 * the biases in it, n an image's pixels that are not 0, with its bias, and U = 2⁻²⁴:
 *
 *     a logit's error         ζ = (n + 1)·U·Σ|x|·(|W₀| + |W₁| + |w|)      both models' together, sums in any order
 *     a probability's error   π = ζ/4 + 2·BUDGET·U                        both; σ rises by 1/4 at most
 *     a step's error          ρ = η·mean ‖(x, 1)‖·(π + 2·(N + 8)·U) + U·(‖W₀‖ + ‖W₁‖ + ‖w‖)  of N images: their mean, the move
 *     after a step            e ← max(1, η·L - 1)·e + ρ                    L = mean ‖(x, 1)‖²/4
 *
 * since the exact step w - η·∇ of a convex loss whose slope changes by at most L does not drive points apart while η·L ≤ 2. Then
 * probabilities differ by at most max ‖(x, 1)‖·e/4 + π, losses by max ‖(x, 1)‖·e + ζ and the rounding of M losses and their mean.
 * @param compared how many images are compared, and ‖(x, 1)‖ of the longest
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

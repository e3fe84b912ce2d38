// The parts of error budgets: what a result may be off by in ulps of its scale, whatever the float32 baseline does: the
// sum of what WGSL's accuracy table and our own kernels promise for the last steps, those that even the easiest input
// goes through. The loop's are correctly rounded, a GPU's are not: where the loop is lucky (one column, a power of two)
// this is what remains allowed.

/** `+ - *`: correctly rounded, in either direction (WGSL, "Floating point accuracy"). */
export const STEP = 1;
/** `x / y` (WGSL). */
export const DIVISION = 2.5;
/** `inverseSqrt` (WGSL). */
export const INVERSE_SQRT = 2;
/** `sqrt`, which WGSL inherits from 1 / inverseSqrt. */
export const SQRT = INVERSE_SQRT + DIVISION;
/** shaders/math/exp.wgsl */
export const EXP = 1.2;
/** shaders/math/log.wgsl */
export const LOG = 2;
/** Four sums side by side become one in two additions (every lift_block). */
export const VECTOR_SUM = 2 * STEP;
/** m + log Σ, or log Σ with the element taken off: the sum's exponentials are off by EXP, which is absolute in its log. */
export const SURPRISE = EXP + LOG + STEP;
/** exp(x - m) · (1 / Σ), Σ being of exponentials too. */
export const PROBABILITY = EXP + EXP + DIVISION + STEP;
/** 1 / (1 + exp(-|x|)) */
export const SIGMOID = EXP + STEP + DIVISION;
/** 2h / (1 + h²), h = exp(-|x|): what h² loses is at most half of what h does */
export const SECH = EXP + 2 * STEP + DIVISION;
/** (x - mean)·rstd */
export const X_HAT = STEP + INVERSE_SQRT + STEP;
/** Four sums of squares become one, and its root is taken, in either of two ranges. */
export const NORM = VECTOR_SUM + SQRT + STEP;
/** g·maxNorm/(norm + 1e-6) */
export const CLIPPED = NORM + STEP + DIVISION + STEP;

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp (WGSL, "Floating point evaluation"). */
export const TINY = 1e-30;

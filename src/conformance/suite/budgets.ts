// The parts of error budgets: the error, in ulps of its scale, that a result may have whatever the float32 baseline
// does. A budget is the sum of the errors that WGSL's accuracy table and our own kernels allow for the last steps,
// which every input goes through. The baseline rounds these steps correctly; a GPU does not. The budget applies when
// the baseline happens to be exact (one column, a power of two).

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
/** Two additions combine four parallel sums (every lift_block). */
export const VECTOR_SUM = 2 * STEP;
/** m + log Σ, or log Σ minus the element: the relative error EXP of the sum's exponentials is absolute in its log. */
export const SURPRISE = EXP + LOG + STEP;
/** exp(x - m) · (1 / Σ), where Σ also sums exponentials. */
export const PROBABILITY = EXP + EXP + DIVISION + STEP;
/** 1 / (1 + exp(-|x|)) */
export const SIGMOID = EXP + STEP + DIVISION;
/** 2h / (1 + h²), h = exp(-|x|): the error of h² is at most half that of h */
export const SECH = EXP + 2 * STEP + DIVISION;
/** (x - mean)·rstd */
export const X_HAT = STEP + INVERSE_SQRT + STEP;
/** Combines four sums of squares and takes the root, in either of two ranges. */
export const NORM = VECTOR_SUM + SQRT + STEP;
/** g·maxNorm/(norm + 1e-6) */
export const CLIPPED = NORM + STEP + DIVISION + STEP;

/** The scale at which a flushed subnormal, an error of 2^-126, is 0.1 ulp (WGSL, "Floating point evaluation"). */
export const TINY = 1e-30;

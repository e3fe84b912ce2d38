// What each result is granted in ulps of its scale, whatever the honest f32 loop does: the sum of what WGSL's accuracy
// table and our own kernels promise for the last steps, those that even the easiest input goes through. The loop's are
// correctly rounded, a GPU's are not: where the loop is lucky (one column, a power of two) this is what remains allowed.

/** `+ - *`: correctly rounded, in either direction (WGSL, "Floating point accuracy"). */
const STEP = 1;
/** `x / y` (WGSL). */
const DIVISION = 2.5;
/** `inverseSqrt` (WGSL). */
const INVERSE_SQRT = 2;
/** `sqrt`, which WGSL inherits from 1 / inverseSqrt. */
const SQRT = INVERSE_SQRT + DIVISION;
/** shaders/math/exp.wgsl */
const EXP = 1.2;
/** shaders/math/log.wgsl */
const LOG = 2;
/** Four sums side by side become one in two additions (every lift_block). */
const VECTOR_SUM = 2 * STEP;
/** m + log Σ, or log Σ with the entry taken off: the sum's exponentials are off by EXP, which is absolute in its log. */
const SURPRISE = EXP + LOG + STEP;
/** exp(x - m) · (1 / Σ), Σ being of exponentials too. */
const PROBABILITY = EXP + EXP + DIVISION + STEP;
/** 1 / (1 + exp(-|x|)) */
const SIGMOID = EXP + STEP + DIVISION;
/** 2h / (1 + h²), h = exp(-|x|): what h² loses is at most half of what h does */
const SECH = EXP + 2 * STEP + DIVISION;
/** (x - mean)·rstd */
const X_HAT = STEP + INVERSE_SQRT + STEP;
/** Four sums of squares become one, and its root is taken, in either of two ranges. */
const NORM = VECTOR_SUM + SQRT + STEP;
/** g·maxNorm/(norm + 1e-6) */
const CLIPPED = NORM + STEP + DIVISION + STEP;

/** By op, and by result where an op has several. What is not here is exact: 0. */
const GRANTS: Readonly<Record<string, number>> = {
  softmax: PROBABILITY,
  softmaxBackward: STEP + VECTOR_SUM + 2 * STEP, // y·(dy - Σ y·dy): a product, its sum, a difference, a product
  logSoftmax: SURPRISE,
  logSoftmaxBackward: EXP + VECTOR_SUM + 2 * STEP, // dy - exp(y)·Σdy
  logSumExp: SURPRISE,

  // Losses end in the division of a mean, their gradients in that by the rows or weights.
  crossEntropy: SURPRISE + DIVISION,
  crossEntropyBackward: PROBABILITY + DIVISION,
  'crossEntropyWithGradient.loss': SURPRISE + DIVISION,
  'crossEntropyWithGradient.gradient': PROBABILITY + DIVISION,
  nllLoss: STEP + DIVISION,
  nllLossBackward: STEP + DIVISION,
  crossEntropyOfProbabilities: LOG + STEP + DIVISION,
  binaryCrossEntropyWithLogits: EXP + LOG + STEP + DIVISION, // log1p(exp(-|x|))
  binaryCrossEntropyWithLogitsBackward: SIGMOID + DIVISION,
  meanSquaredError: 3 * STEP + DIVISION, // (y - t)²: the difference counts twice
  classificationError: DIVISION,

  'batchNormStats.mean': DIVISION + STEP, // p + Σ(x - p)/n
  'batchNormStats.variance': DIVISION + STEP, // Σ(u - s)²/n
  'mergeBatchNormStats.mean': DIVISION + STEP,
  'mergeBatchNormStats.variance': DIVISION + STEP,
  'batchNormStatsFromState.mean': STEP,
  'batchNormStatsFromState.variance': DIVISION,
  'batchNormTrain.y': X_HAT + 2 * STEP, // x̂·γ + β
  'batchNormTrain.runningMean': DIVISION + 2 * STEP, // keep·running + weight·mean
  'batchNormTrain.runningVariance': DIVISION + 2 * STEP,
  batchNormInference: X_HAT + 2 * STEP,
  'batchNormBackward.dx': X_HAT + 2 * STEP, // γ·rstd·(dy - ...)
  'batchNormBackward.dGamma': X_HAT + VECTOR_SUM,
  'batchNormBackward.dBeta': VECTOR_SUM,

  add: STEP,
  subtract: STEP,
  multiply: STEP,
  divide: DIVISION,
  sigmoid: SIGMOID,
  tanh: EXP + 2 * STEP + DIVISION, // (1 - e) / (1 + e)
  exp: EXP,
  log: LOG,
  sqrt: SQRT,
  sigmoidBackward: 2 * (SECH + STEP), // dy·sech·sech
  tanhBackward: 2 * (SECH + STEP),
  gatherBackward: VECTOR_SUM,
  dropout: STEP,
  maxPool2dBackward: STEP, // the sums of each row of windows become one
  averagePool2d: STEP + DIVISION,
  averagePool2dBackward: DIVISION + STEP,

  matmul: VECTOR_SUM,
  conv2d: VECTOR_SUM,
  conv2dInputBackward: VECTOR_SUM,
  conv2dWeightBackward: VECTOR_SUM,
  sum: VECTOR_SUM,
  mean: VECTOR_SUM + DIVISION,

  sgd: 3 * STEP, // p - η·(μ·b + g)
  adam: SQRT + DIVISION + 4 * STEP, // what clips g cancels in m/√v
  adamw: SQRT + DIVISION + 4 * STEP,
  'clipByGlobalNorm.norm': NORM,
  clipByGlobalNorm: CLIPPED,
};

/** Ulps that a result of an op is granted. */
export function grantOf(op: string, result: string): number {
  return GRANTS[`${op}.${result}`] ?? GRANTS[op] ?? 0;
}

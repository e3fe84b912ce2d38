/**
 * The honest f32 loop: the judge's own bodies with every step rounded to f32 and sums in blocks of 256. Its error
 * against the judge, on the same stored inputs, is the measure of a GPU's.
 */
import { single } from './arithmetic.ts';
import * as judge from './index.ts';

export const softmax: typeof judge.softmax = (x, options) => judge.softmax(x, options, single);
export const softmaxBackward: typeof judge.softmaxBackward = (y, dy, options) =>
  judge.softmaxBackward(y, dy, options, single);
export const logSoftmax: typeof judge.logSoftmax = (x, options) => judge.logSoftmax(x, options, single);
export const logSoftmaxBackward: typeof judge.logSoftmaxBackward = (y, dy, options) =>
  judge.logSoftmaxBackward(y, dy, options, single);
export const logSumExp: typeof judge.logSumExp = (x, options) => judge.logSumExp(x, options, single);

export const crossEntropy: typeof judge.crossEntropy = (logits, targets, options) =>
  judge.crossEntropy(logits, targets, options, single);
export const crossEntropyBackward: typeof judge.crossEntropyBackward = (logits, targets, options) =>
  judge.crossEntropyBackward(logits, targets, options, single);
export const crossEntropyWithGradient: typeof judge.crossEntropyWithGradient = (logits, targets, options) =>
  judge.crossEntropyWithGradient(logits, targets, options, single);
export const nllLoss: typeof judge.nllLoss = (logProbabilities, targets, options) =>
  judge.nllLoss(logProbabilities, targets, options, single);
export const nllLossBackward: typeof judge.nllLossBackward = (logProbabilities, targets, options) =>
  judge.nllLossBackward(logProbabilities, targets, options, single);
export const crossEntropyOfProbabilities: typeof judge.crossEntropyOfProbabilities = (p, targets, options) =>
  judge.crossEntropyOfProbabilities(p, targets, options, single);
export const binaryCrossEntropyWithLogits: typeof judge.binaryCrossEntropyWithLogits = (logits, targets, options) =>
  judge.binaryCrossEntropyWithLogits(logits, targets, options, single);
export const binaryCrossEntropyWithLogitsBackward: typeof judge.binaryCrossEntropyWithLogitsBackward = (
  logits,
  targets,
  options,
) => judge.binaryCrossEntropyWithLogitsBackward(logits, targets, options, single);
export const meanSquaredError: typeof judge.meanSquaredError = (prediction, target, options) =>
  judge.meanSquaredError(prediction, target, options, single);
export const linearCrossEntropy: typeof judge.linearCrossEntropy = (hidden, weight, targets, options) =>
  judge.linearCrossEntropy(hidden, weight, targets, options, single);
export const linearCrossEntropyWithGradient: typeof judge.linearCrossEntropyWithGradient = (
  hidden,
  weight,
  targets,
  options,
) => judge.linearCrossEntropyWithGradient(hidden, weight, targets, options, single);

export const batchNormStats: typeof judge.batchNormStats = (x, options) => judge.batchNormStats(x, options, single);
export const mergeBatchNormStats: typeof judge.mergeBatchNormStats = (parts) =>
  judge.mergeBatchNormStats(parts, single);
export const batchNormStatsFromState: typeof judge.batchNormStatsFromState = (state, count) =>
  judge.batchNormStatsFromState(state, count, single);
export const batchNormTrain: typeof judge.batchNormTrain = (x, options) => judge.batchNormTrain(x, options, single);
export const batchNormInference: typeof judge.batchNormInference = (x, options) =>
  judge.batchNormInference(x, options, single);
export const batchNormBackward: typeof judge.batchNormBackward = (x, dy, saved, options) =>
  judge.batchNormBackward(x, dy, saved, options, single);

export const conv2d: typeof judge.conv2d = (x, weight, options) => judge.conv2d(x, weight, options, single);
export const conv2dInputBackward: typeof judge.conv2dInputBackward = (dy, weight, options) =>
  judge.conv2dInputBackward(dy, weight, options, single);
export const conv2dWeightBackward: typeof judge.conv2dWeightBackward = (x, dy, options) =>
  judge.conv2dWeightBackward(x, dy, options, single);
export const matmul: typeof judge.matmul = (a, b, options) => judge.matmul(a, b, options, single);
export const sum: typeof judge.sum = (x, options) => judge.sum(x, options, single);
export const mean: typeof judge.mean = (x, options) => judge.mean(x, options, single);
export const max: typeof judge.max = (x, options) => judge.max(x, options, single);

export const add: typeof judge.add = (a, b) => judge.add(a, b, single);
export const subtract: typeof judge.subtract = (a, b) => judge.subtract(a, b, single);
export const multiply: typeof judge.multiply = (a, b) => judge.multiply(a, b, single);
export const divide: typeof judge.divide = (a, b) => judge.divide(a, b, single);
export const maximum: typeof judge.maximum = (a, b) => judge.maximum(a, b, single);
export const where: typeof judge.where = (condition, a, b) => judge.where(condition, a, b, single);
export const relu: typeof judge.relu = (x) => judge.relu(x, single);
export const sigmoid: typeof judge.sigmoid = (x) => judge.sigmoid(x, single);
export const tanh: typeof judge.tanh = (x) => judge.tanh(x, single);
export const exp: typeof judge.exp = (x) => judge.exp(x, single);
export const log: typeof judge.log = (x) => judge.log(x, single);
export const sqrt: typeof judge.sqrt = (x) => judge.sqrt(x, single);
export const negate: typeof judge.negate = (x) => judge.negate(x, single);
export const reluBackward: typeof judge.reluBackward = (y, dy) => judge.reluBackward(y, dy, single);
export const sigmoidBackward: typeof judge.sigmoidBackward = (x, dy) => judge.sigmoidBackward(x, dy, single);
export const tanhBackward: typeof judge.tanhBackward = (x, dy) => judge.tanhBackward(x, dy, single);
export const gatherBackward: typeof judge.gatherBackward = (dy, indices, options) =>
  judge.gatherBackward(dy, indices, options, single);
export const maxPool2d: typeof judge.maxPool2d = (x, options) => judge.maxPool2d(x, options, single);
export const maxPool2dBackward: typeof judge.maxPool2dBackward = (x, dy, options) =>
  judge.maxPool2dBackward(x, dy, options, single);
export const averagePool2d: typeof judge.averagePool2d = (x, options) => judge.averagePool2d(x, options, single);
export const averagePool2dBackward: typeof judge.averagePool2dBackward = (dy, options) =>
  judge.averagePool2dBackward(dy, options, single);
export const dropout: typeof judge.dropout = (x, options) => judge.dropout(x, options, single);

export const sgd: typeof judge.sgd = (parameters, steps, options) => judge.sgd(parameters, steps, options, single);
export const adam: typeof judge.adam = (parameters, steps, options) => judge.adam(parameters, steps, options, single);
export const adamw: typeof judge.adamw = (parameters, steps, options) =>
  judge.adamw(parameters, steps, options, single);
export const clipByGlobalNorm: typeof judge.clipByGlobalNorm = (gradients, maxNorm) =>
  judge.clipByGlobalNorm(gradients, maxNorm, single);

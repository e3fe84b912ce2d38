/** The reference: Gradfold's ops in float64 on plain arrays, under the same names. */

export { add } from './add.ts';
export { type ArgmaxOptions, argmax } from './argmax.ts';
export { type AveragePool2dOptions, averagePool2d, averagePool2dBackward } from './average_pool2d.ts';
export {
  type Activation,
  type BatchNormBackwardOptions,
  type BatchNormInferenceOptions,
  type BatchNormSaved,
  type BatchNormTrainOptions,
  batchNormBackward,
  batchNormBackwardReduce,
  batchNormInference,
  batchNormTrain,
  type RunningArray,
} from './batch_norm.ts';
export {
  type BatchNormStats,
  batchNormStats,
  batchNormStatsFromState,
  type ChannelOptions,
  mergeBatchNormStats,
} from './batch_norm_stats.ts';
export {
  type BinaryCrossEntropyBackwardOptions,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  binaryCrossEntropyWithLogitsBackward,
} from './binary_cross_entropy_with_logits.ts';
export type { ClassLossBackwardOptions, ClassLossOptions } from './class_loss.ts';
export { classificationError } from './classification_error.ts';
export { concat } from './concat.ts';
export { type Conv2dOptions, conv2d, conv2dInputBackward, conv2dWeightBackward } from './conv2d.ts';
export {
  type CrossEntropyWithGradientOptions,
  crossEntropy,
  crossEntropyBackward,
  crossEntropyWithGradient,
} from './cross_entropy.ts';
export { crossEntropyOfProbabilities } from './cross_entropy_of_probabilities.ts';
export { divide } from './divide.ts';
export { dropout } from './dropout.ts';
export { exp } from './exp.ts';
export { gather, gatherBackward } from './gather.ts';
export { hardmax } from './hardmax.ts';
export { linearCrossEntropy, linearCrossEntropyWithGradient } from './linear_cross_entropy.ts';
export { log } from './log.ts';
export { logSigmoid, logSigmoidBackward } from './log_sigmoid.ts';
export { logSoftmax, logSoftmaxBackward } from './log_softmax.ts';
export { type LogSumExpOptions, logSumExp } from './log_sum_exp.ts';
export { type MatmulOptions, matmul } from './matmul.ts';
export { max } from './max.ts';
export { maxPool2d, maxPool2dBackward } from './max_pool2d.ts';
export { maximum } from './maximum.ts';
export { mean } from './mean.ts';
export { meanSquaredError } from './mean_squared_error.ts';
export { multiply } from './multiply.ts';
export type { Float64NdArray, NdArray } from './nd_array.ts';
export { negate } from './negate.ts';
export { nllLoss, nllLossBackward } from './nll_loss.ts';
export { type AdamOptions, adam, adamw, clipByGlobalNorm, type SgdOptions, sgd } from './optim.ts';
export type { ReduceOptions } from './reduce.ts';
export type { EmptyReduction, Reduction } from './reduction.ts';
export { relu, reluBackward } from './relu.ts';
export { sigmoid, sigmoidBackward } from './sigmoid.ts';
export { slice } from './slice.ts';
export { type EmptyRow, type SoftmaxOptions, softmax, softmaxBackward } from './softmax.ts';
export { softplus, softplusBackward } from './softplus.ts';
export { sqrt } from './sqrt.ts';
export { subtract } from './subtract.ts';
export { sum } from './sum.ts';
export { tanh, tanhBackward } from './tanh.ts';
export { transpose } from './transpose.ts';
export { where } from './where.ts';
export type { Pool2dOptions } from './windows2d.ts';

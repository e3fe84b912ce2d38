/// <reference lib="esnext.disposable" preserve="true" />
export { detectAnomaly } from './autograd/anomaly.ts';
export { valueAndGrad } from './autograd/value_and_grad.ts';
export { Backend } from './core/backend.ts';
export type { DType, NestedArray, Shape, TensorData, TypedData } from './core/data.ts';
export * from './core/errors.ts';
export type { Parameters } from './core/parameters.ts';
export { Tensor } from './core/tensor.ts';
export type { BackendInfo, DeviceOptions } from './device/open.ts';
export * as nn from './nn/index.ts';
export { add } from './ops/add.ts';
export { argmax } from './ops/argmax.ts';
export { type AveragePool2dOptions, averagePool2d, averagePool2dBackward } from './ops/average_pool2d.ts';
export { batchNormBackward, batchNormBackwardReduce, type Saved } from './ops/batch_norm_backward.ts';
export type { BatchNormBackwardOptions } from './ops/batch_norm_backward_launch.ts';
export type { Activation } from './ops/batch_norm_check.ts';
export { type BatchNormInferenceOptions, batchNormInference } from './ops/batch_norm_inference.ts';
export {
  type BatchNormStats,
  batchNormStats,
  batchNormStatsFromState,
  mergeBatchNormStats,
} from './ops/batch_norm_stats.ts';
export { type BatchNormTrainOptions, batchNormTrain } from './ops/batch_norm_train.ts';
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  binaryCrossEntropyWithLogitsBackward,
} from './ops/binary_cross_entropy_with_logits.ts';
export type { ClassLossBackwardOptions, ClassLossOptions } from './ops/class_targets.ts';
export { classificationError } from './ops/classification_error.ts';
export { concat } from './ops/concat.ts';
export { type Conv2dOptions, conv2d, conv2dInputBackward, conv2dWeightBackward } from './ops/conv2d.ts';
export { crossEntropy, crossEntropyBackward, crossEntropyWithGradient } from './ops/cross_entropy.ts';
export { crossEntropyOfProbabilities } from './ops/cross_entropy_of_probabilities.ts';
export { divide } from './ops/divide.ts';
export { type DropoutOptions, dropout } from './ops/dropout.ts';
export { exp } from './ops/exp.ts';
export { gather, gatherBackward } from './ops/gather.ts';
export { hardmax } from './ops/hardmax.ts';
export { log } from './ops/log.ts';
export { logSigmoid, logSigmoidBackward } from './ops/log_sigmoid.ts';
export { logSoftmax, logSoftmaxBackward } from './ops/log_softmax.ts';
export { logSumExp } from './ops/log_sum_exp.ts';
export { type MatmulOptions, matmul } from './ops/matmul.ts';
export { max } from './ops/max.ts';
export { maxPool2d, maxPool2dBackward } from './ops/max_pool2d.ts';
export { maximum } from './ops/maximum.ts';
export { mean } from './ops/mean.ts';
export { meanSquaredError } from './ops/mean_squared_error.ts';
export { multiply } from './ops/multiply.ts';
export { negate } from './ops/negate.ts';
export { nllLoss, nllLossBackward } from './ops/nll_loss.ts';
export type { Pool2dOptions } from './ops/pool_launch.ts';
export type { ReduceOptions } from './ops/reduce.ts';
export type { Reduction } from './ops/reduction.ts';
export { relu, reluBackward } from './ops/relu.ts';
export { sigmoid, sigmoidBackward } from './ops/sigmoid.ts';
export { slice } from './ops/slice.ts';
export { type EmptyRow, softmax, softmaxBackward } from './ops/softmax.ts';
export { softplus, softplusBackward } from './ops/softplus.ts';
export { sqrt } from './ops/sqrt.ts';
export { subtract } from './ops/subtract.ts';
export { sum } from './ops/sum.ts';
export { tanh, tanhBackward } from './ops/tanh.ts';
export { transpose } from './ops/transpose.ts';
export { where } from './ops/where.ts';
export { type AdamOptions, adam, adamw } from './optim/adam.ts';
export { clipByGlobalNorm } from './optim/clip.ts';
export type { Optimizer, OptimizerState, StepOptions } from './optim/optimizer.ts';
export type { LearningRate } from './optim/rule.ts';
export * as schedules from './optim/schedules.ts';
export { type SgdOptions, sgd } from './optim/sgd.ts';
export type { Profile } from './plan/profiles.ts';
export type { MemoryUse } from './runtime/pool.ts';
export {
  type LoadParametersOptions,
  loadParameters,
  loadSafetensors,
  readSafetensors,
  type SafetensorsFile,
  type SafetensorsTensor,
  type SaveOptions,
  saveSafetensors,
} from './safetensors/safetensors.ts';

/// <reference lib="esnext.disposable" preserve="true" />
export { Backend } from './backend.ts';
export type { DType, NestedArray, Shape, TensorData, TypedData } from './data.ts';
export { createBackend } from './device/browser.ts';
export type { BackendInfo, DeviceOptions } from './device/open.ts';
export * from './errors.ts';
export { argmax, hardmax } from './ops/argmax.ts';
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  binaryCrossEntropyWithLogitsBackward,
} from './ops/binary_cross_entropy_with_logits.ts';
export type { ClassLossOptions } from './ops/class_targets.ts';
export { classificationError } from './ops/classification_error.ts';
export { crossEntropy, crossEntropyBackward, crossEntropyWithGradient } from './ops/cross_entropy.ts';
export { crossEntropyOfProbabilities } from './ops/cross_entropy_of_probabilities.ts';
export { logSoftmax, logSoftmaxBackward } from './ops/log_softmax.ts';
export { logSumExp } from './ops/log_sum_exp.ts';
export { meanSquaredError } from './ops/mean_squared_error.ts';
export { nllLoss, nllLossBackward } from './ops/nll_loss.ts';
export type { Reduction } from './ops/reduction.ts';
export { type EmptyRow, softmax, softmaxBackward } from './ops/softmax.ts';
export type { MemoryUse } from './runtime/pool.ts';
export { Tensor } from './tensor.ts';

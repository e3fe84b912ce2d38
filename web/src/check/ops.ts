/**
 * The ops that the suite checks, by name. Written down, so that the page offers them without loading the suite; its test
 * sees that they are the suite's.
 */
export const OPS: readonly string[] = [
  ...['adam', 'adamw', 'add', 'argmax', 'averagePool2d', 'averagePool2dBackward', 'batchNormBackward'],
  ...['batchNormInference', 'batchNormStats', 'batchNormStatsFromState', 'batchNormTrain'],
  ...['binaryCrossEntropyWithLogits', 'binaryCrossEntropyWithLogitsBackward', 'cast', 'classificationError'],
  ...['clipByGlobalNorm', 'concat', 'conv2d', 'conv2dInputBackward', 'conv2dWeightBackward', 'crossEntropy'],
  ...['crossEntropyBackward', 'crossEntropyOfProbabilities', 'crossEntropyWithGradient', 'divide', 'dropout', 'exp'],
  ...['full', 'gather', 'gatherBackward', 'hardmax', 'log', 'logSoftmax', 'logSoftmaxBackward', 'logSumExp', 'matmul'],
  ...['max', 'maxPool2d', 'maxPool2dBackward', 'maximum', 'mean', 'meanSquaredError', 'mergeBatchNormStats'],
  ...['multiply', 'negate', 'nllLoss', 'nllLossBackward', 'relu', 'reluBackward', 'sgd', 'sigmoid', 'sigmoidBackward'],
  ...['slice', 'softmax', 'softmaxBackward', 'sqrt', 'subtract', 'sum', 'tanh', 'tanhBackward', 'transpose', 'where'],
];

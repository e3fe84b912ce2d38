import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { affineBackward } from './batch_norm_backward.ts';
import { checkActivation, checkChannels, checkEpsilon, checkFloats } from './batch_norm_check.ts';
import { type AffineOptions, backwardOptions, byInput, normalize } from './batch_norm_normalize.ts';
import { checkTensors } from './check.ts';

export interface BatchNormInferenceOptions extends AffineOptions {
  /** f32 or f16 [C] */
  mean: Tensor;
  /** f32 or f16 [C] */
  variance: Tensor;
}

/**
 * y = (x - mean)/√(variance + ε)·γ + β with given statistics. Where any of a channel's is not finite, it is NaN.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @returns a new tensor of the shape and dtype of x
 */
export function batchNormInference(x: Tensor, options: BatchNormInferenceOptions): Tensor {
  const op = 'batchNormInference';
  // Whoever forgets the options hears of the mean.
  const { mean, variance, gamma, beta } = options ?? ({} as BatchNormInferenceOptions);
  checkTensors(op, { x, mean, variance }, { gamma, beta });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloats(op, { mean, variance, gamma, beta }, [layout.channels]);
  const told = { epsilon: checkEpsilon(op, options.epsilon), activation: checkActivation(op, options.activation) };
  const y = normalize(op, x, layout, told, { mean, tail: undefined, variance, gamma, beta });
  const inputs = { x, mean, variance, gamma, beta };
  return record(op, inputs, y, {
    keeps: inputs,
    back: (dy, { x, mean, variance, gamma, beta }, pass) => {
      pass.refuse('mean', 'variance');
      const given = { mean, variance, tail: undefined, epsilon: told.epsilon, perCount: 0 };
      return byInput(affineBackward(op, x, dy, given, backwardOptions(options, gamma, beta)));
    },
  });
}

import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { affineBackward, backwardOptions, byInput, type Normalized } from './batch_norm_backward_launch.ts';
import { checkActivation, checkChannels, checkEpsilon, checkFloats } from './batch_norm_check.ts';
import { byStatistics } from './batch_norm_formula.ts';
import { type AffineOptions, normalize, type PerChannel } from './batch_norm_normalize.ts';
import { checkTensors } from './check.ts';

export interface BatchNormInferenceOptions extends AffineOptions {
  /** The mean of each channel, f32 or f16 [C]. */
  mean: Tensor;
  /** The variance of each channel, f32 or f16 [C]. */
  variance: Tensor;
}

/**
 * Normalizes each channel with given statistics: y = (x - mean)/√(variance + ε)·γ + β. A channel with a non-finite
 * statistic, γ or β is NaN.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @returns a new tensor with the shape and dtype of x
 * @throws ShapeError for another shape; GradfoldError for a dtype or an option outside its range
 */
export function batchNormInference(x: Tensor, options: BatchNormInferenceOptions): Tensor {
  const op = 'batchNormInference';
  // If the options are missing, the error names the mean.
  const { mean, variance, gamma, beta } = options ?? ({} as BatchNormInferenceOptions);
  checkTensors(op, { x, mean, variance }, { gamma, beta });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloats(op, { mean, variance, gamma, beta }, [layout.channels]);
  const told = { epsilon: checkEpsilon(op, options.epsilon), activation: checkActivation(op, options.activation) };
  const y = normalize(op, x, layout, told, { mean, tail: undefined, variance, gamma, beta });
  return recordGiven(op, y, x, { mean, tail: undefined, variance, gamma, beta }, { ...options, epsilon: told.epsilon });
}

/** Records a normalization by given statistics, which do not depend on x. @internal @returns y */
export function recordGiven(
  op: string,
  y: Tensor,
  x: Tensor,
  { mean, tail, variance, gamma, beta }: PerChannel & Pick<Normalized, 'mean' | 'variance'>,
  options: AffineOptions & Pick<Normalized, 'epsilon'>,
): Tensor {
  const { epsilon } = options;
  const inputs = { x, mean, variance, gamma, beta };
  return record(op, inputs, y, {
    keeps: { ...inputs, tail },
    back: (dy, { x, mean, tail, variance, gamma, beta }, pass) => {
      const given = { mean, tail, variance, epsilon, perCount: 0 };
      const gradients = affineBackward('batchNormBackward', x, dy, given, backwardOptions(options, gamma, beta));
      return { ...byInput(gradients), ...byStatistics(pass, gradients, { variance, gamma, epsilon }) };
    },
  });
}

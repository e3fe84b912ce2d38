import logProbability from '../../shaders/cost/log_probability.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/sum.wgsl';
import subgroup from '../../shaders/monoid/sum_subgroup.wgsl';
import backward from '../../shaders/nll_loss_backward.wgsl';
import forward from '../../shaders/nll_loss_forward.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Part } from '../runtime/link.ts';
import { gradientKernel, launchGradient, launchLoss, lossKernel } from './class_loss_launch.ts';
import { backwardOptions, type ClassLossOptions, checkTargets, resolveClassLoss } from './class_targets.ts';
import { checkUpstream } from './upstream.ts';

const MONOID = { merge, subgroup };
/** `Σ_c q_c · cost(x_c)` a row. `cost` is the part that defines it. */
export const expectedCostKernel = (...cost: Part[]) =>
  lossKernel({ entry: 'nll_loss_forward', monoid: MONOID, parts: [forward, special, ...cost], folds: 'spread' });

const FORWARD = expectedCostKernel(logProbability);
const BACKWARD = gradientKernel({
  entry: 'nll_loss_backward',
  monoid: MONOID,
  parts: [backward, special],
  folds: 'never',
});

/**
 * Negative log-likelihood: `-Σ_c q_c · x_c` a row, of log-probabilities such as `logSoftmax` gives.
 * A class that the targets do not want costs nothing, whatever its value.
 * @param logProbabilities f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets integers `[N, ...]`: labels in `[0, C)` or `ignoreIndex`; floats of the same shape: probabilities
 * @returns f32: a scalar, or `[N, ...]` with reduction 'none'
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
 */
export function nllLoss(logProbabilities: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor {
  const loss = resolveClassLoss('nllLoss', 'logProbabilities', logProbabilities, targets, options);
  const y = launchLoss(loss, logProbabilities, FORWARD, checkTargets(loss, options.ignoreIndex));
  const inputs = { logProbabilities, targets, weight: options.weight };
  return record('nllLoss', inputs, y, {
    keeps: inputs,
    back: (dLoss, { logProbabilities, targets, weight }, pass) => {
      pass.refuse('targets', 'weight');
      const asked = backwardOptions(options, weight, dLoss);
      return { logProbabilities: nllLossBackward(logProbabilities, targets, asked) };
    },
  });
}

/**
 * The gradient of `nllLoss` with respect to the log-probabilities, times `upstream`: `-q` a row, exactly 0 in ignored rows.
 * @param options.upstream the loss's own gradient: a scalar, or `[N, ...]` with reduction 'none'. Default 1
 * @returns the shape and dtype of `logProbabilities`
 */
export function nllLossBackward(
  logProbabilities: Tensor,
  targets: Tensor,
  options: ClassLossOptions & { upstream?: Tensor } = {},
): Tensor {
  const loss = resolveClassLoss('nllLossBackward', 'logProbabilities', logProbabilities, targets, options);
  checkUpstream(loss, logProbabilities, options.upstream);
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = logProbabilities.backend.empty(logProbabilities.shape, logProbabilities.dtype);
  const { upstream } = options;
  const total = launchGradient(loss, logProbabilities, gradient, BACKWARD, { upstream, causes });
  total.denominator?.dispose();
  return record('nllLossBackward', { logProbabilities, upstream, targets, weight: options.weight }, gradient);
}

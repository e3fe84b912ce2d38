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
import {
  backwardOptions,
  type ClassLossBackwardOptions,
  type ClassLossOptions,
  checkTargets,
  resolveClassLoss,
} from './class_targets.ts';
import { byUpstream, checkUpstream } from './upstream.ts';

const MONOID = { merge, subgroup };
/** `Σ_c q_c · cost(x_c)` per row. The parts `cost` define the function. */
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
 * Negative log-likelihood of log-probabilities x, such as those of `logSoftmax`, with targets q: `-Σ_c q_c · x_c` per
 * row. A class with q = 0 contributes 0, even if its x is non-finite.
 * @param logProbabilities f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets labels in `[0, C)` or equal to `ignoreIndex`, i32 or u32 `[N, ...]`; or probabilities, f32 or f16 with
 * the shape of `logProbabilities`
 * @returns a new f32 tensor: a scalar, or `[N, ...]` with reduction 'none'
 * @throws ShapeError; GradfoldError for a dtype or an option outside its range; LabelError for a label out of range.
 * For labels computed on the GPU, reads of the result reject instead
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
 * The gradient of `nllLoss` with respect to the log-probabilities, times `upstream`: `-q` per row, exactly 0 in ignored
 * rows. Takes the same arguments and options.
 * @returns a new tensor with the shape and dtype of `logProbabilities`
 */
export function nllLossBackward(
  logProbabilities: Tensor,
  targets: Tensor,
  options: ClassLossBackwardOptions = {},
): Tensor {
  const loss = resolveClassLoss('nllLossBackward', 'logProbabilities', logProbabilities, targets, options);
  checkUpstream(loss, logProbabilities, options.upstream);
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = logProbabilities.backend.empty(logProbabilities.shape, logProbabilities.dtype);
  const { upstream } = options;
  const total = launchGradient(loss, logProbabilities, gradient, BACKWARD, { upstream, causes });
  total.denominator?.dispose();
  const inputs = { logProbabilities, targets, weight: options.weight, upstream };
  // It does not depend on the log-probabilities.
  return record('nllLossBackward', inputs, gradient, {
    keeps: { logProbabilities, targets, weight: options.weight },
    back: (h, { logProbabilities, targets, weight }, pass) => {
      pass.refuse('targets', 'weight');
      if (!pass.wants('upstream')) return {};
      const each = nllLossBackward(pass.inF32(logProbabilities), targets, backwardOptions(options, weight));
      return { upstream: byUpstream(pass, loss, h, each, loss.axis) };
    },
  });
}

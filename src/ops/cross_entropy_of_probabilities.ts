import probability from '../../shaders/cost/probability.wgsl';
import log from '../../shaders/math/log.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchLoss } from './class_loss_launch.ts';
import { backwardOptions, type ClassLossOptions, checkTargets, resolveClassLoss } from './class_targets.ts';
import { expectedCostKernel, nllLossBackward } from './nll_loss.ts';

const KERNEL = expectedCostKernel(probability, log);

/**
 * Cross-entropy of distributions that are normalized already: `H(q, p) = -Σ_c q_c · log p_c` a row, 0 · log 0 = 0.
 * From logits, `crossEntropy` is the accurate way: a probability has forgotten what it rounded away.
 * @param probabilities f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets integers `[N, ...]`: labels in `[0, C)` or `ignoreIndex`; floats of the same shape: probabilities
 * @returns f32: a scalar, or `[N, ...]` with reduction 'none'; +inf where a wanted class has probability 0
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
 */
export function crossEntropyOfProbabilities(
  probabilities: Tensor,
  targets: Tensor,
  options: ClassLossOptions = {},
): Tensor {
  const loss = resolveClassLoss('crossEntropyOfProbabilities', 'probabilities', probabilities, targets, options);
  const y = launchLoss(loss, probabilities, KERNEL, checkTargets(loss, options.ignoreIndex));
  const inputs = { probabilities, targets, weight: options.weight };
  // -q/p, where q wants anything.
  return record('crossEntropyOfProbabilities', inputs, y, {
    keeps: inputs,
    back: (dLoss, { probabilities, targets, weight }, pass) => {
      pass.refuse('targets', 'weight');
      const wanted = nllLossBackward(probabilities, targets, backwardOptions(options, weight, dLoss));
      return { probabilities: pass.where(wanted, pass.divide(wanted, probabilities), pass.scalarLike(wanted, 0)) };
    },
  });
}

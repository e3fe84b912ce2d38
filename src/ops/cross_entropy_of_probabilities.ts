import probability from '../../shaders/cost/probability.wgsl';
import log from '../../shaders/math/log.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchLoss } from './class_loss_launch.ts';
import { backwardOptions, type ClassLossOptions, checkTargets, resolveClassLoss } from './class_targets.ts';
import { divide } from './divide.ts';
import { expectedCostKernel, nllLossBackward } from './nll_loss.ts';

const KERNEL = expectedCostKernel(probability, log);

/**
 * Cross-entropy of normalized probabilities p with targets q: `H(q, p) = -Σ_c q_c · log p_c` per row, with 0 · log 0 =
 * 0. For logits, `crossEntropy` is more accurate, since rounding probabilities loses information.
 * @param probabilities f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets labels in `[0, C)` or equal to `ignoreIndex`, i32 or u32 `[N, ...]`; or probabilities, f32 or f16 with
 * the shape of `probabilities`
 * @returns a new f32 tensor: a scalar, or `[N, ...]` with reduction 'none'; +inf if a class with q > 0 has p = 0
 * @throws ShapeError; GradfoldError for a dtype or an option outside its range; LabelError for a label out of range.
 * For labels computed on the GPU, reads of the result reject instead
 */
export function crossEntropyOfProbabilities(
  probabilities: Tensor,
  targets: Tensor,
  options: ClassLossOptions = {},
): Tensor {
  const loss = resolveClassLoss('crossEntropyOfProbabilities', 'probabilities', probabilities, targets, options);
  const y = launchLoss(loss, probabilities, KERNEL, checkTargets(loss, options.ignoreIndex));
  const inputs = { probabilities, targets, weight: options.weight };
  // -q/p, where q is not 0.
  return record('crossEntropyOfProbabilities', inputs, y, {
    keeps: inputs,
    back: (dLoss, { probabilities, targets, weight }, pass) => {
      pass.refuse('targets', 'weight');
      const p = pass.inF32(probabilities);
      const wanted = nllLossBackward(p, targets, backwardOptions(options, weight, dLoss));
      return { probabilities: pass.where(wanted, divide(wanted, p), pass.scalarLike(wanted, 0)) };
    },
  });
}

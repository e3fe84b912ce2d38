import logProbability from '../../shaders/cost/log_probability.wgsl';
import nested from '../../shaders/fold/nested.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/sum.wgsl';
import subgroup from '../../shaders/monoid/sum_subgroup.wgsl';
import backward from '../../shaders/nll_loss_backward.wgsl';
import forward from '../../shaders/nll_loss_forward.wgsl';
import gradientScale from '../../shaders/targets/gradient_scale.wgsl';
import type { Part } from '../runtime/link.ts';
import type { Tensor } from '../tensor.ts';
import {
  bindTargets,
  type ClassLoss,
  type ClassLossOptions,
  checkTargets,
  resolveClassLoss,
  totalOf,
} from './class_targets.ts';
import { reduceLosses } from './reduction.ts';
import { launchRows } from './row_launch.ts';
import { bindUpstream, checkUpstream } from './upstream.ts';

const MONOID = { merge, subgroup };

/**
 * Negative log-likelihood: `-Σ_c q_c · x_c` a row, of log-probabilities such as `logSoftmax` gives.
 * A class that the targets do not want costs nothing, whatever its value.
 * @param logProbabilities f32 `[N, C]`, or `[C]` for one row
 * @param targets integers `[N]`: labels in `[0, C)` or `ignoreIndex`; f32 `[N, C]`: probabilities
 * @returns f32: a scalar, or `[N]` with reduction 'none'
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
 */
export function nllLoss(logProbabilities: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor {
  const loss = resolveClassLoss('nllLoss', 'logProbabilities', logProbabilities, targets, options);
  return expectedCost(loss, logProbabilities, [logProbability], options);
}

/**
 * The gradient of `nllLoss` with respect to the log-probabilities, times `upstream`: `-q` a row, exactly 0 in ignored rows.
 * @param options.upstream the loss's own gradient: a scalar, or `[N]` with reduction 'none'. Default 1
 * @returns f32, the shape of `logProbabilities`
 */
export function nllLossBackward(
  logProbabilities: Tensor,
  targets: Tensor,
  options: ClassLossOptions & { upstream?: Tensor } = {},
): Tensor {
  const loss = resolveClassLoss('nllLossBackward', 'logProbabilities', logProbabilities, targets, options);
  checkUpstream(loss, logProbabilities, options.upstream);
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = logProbabilities.backend.empty(logProbabilities.shape, 'f32');
  const total = totalOf(loss);
  const bound = bindTargets(loss);
  const up = bindUpstream(loss, options.upstream);
  launchRows(logProbabilities.backend.runtime, {
    op: loss.op,
    kernel: { entry: 'nll_loss_backward', monoid: MONOID, parts: [backward, gradientScale, special, ...loss.parts] },
    rows: loss.rows,
    cols: loss.cols,
    reads: { logits: logProbabilities, ...bound.reads },
    writes: { gradient },
    perRow: { ...bound.perRow, ...up.perRow },
    shared: { ...bound.shared, ...up.shared, denominator: total.denominator },
    params: { ...loss.params, scale: 1, divisor: total.divisor },
    constants: { ...loss.constants, ...up.constants, HAS_DENOMINATOR: total.denominator !== undefined },
    causes,
  });
  total.denominator?.dispose();
  return gradient;
}

/** `Σ_c q_c · cost(x_c)` a row, reduced as the loss asks. `cost` is the part that defines it. */
export function expectedCost(loss: ClassLoss, x: Tensor, cost: readonly Part[], options: ClassLossOptions): Tensor {
  const causes = checkTargets(loss, options.ignoreIndex);
  const losses = x.backend.empty(loss.lossShape, 'f32');
  const bound = bindTargets(loss);
  launchRows(x.backend.runtime, {
    op: loss.op,
    kernel: { entry: 'nll_loss_forward', monoid: MONOID, parts: [forward, special, nested, ...cost, ...loss.parts] },
    rows: loss.rows,
    cols: loss.cols,
    reads: { logits: x, ...bound.reads },
    perRow: { ...bound.perRow, losses },
    shared: bound.shared,
    params: loss.params,
    constants: loss.constants,
    causes,
  });
  const total = totalOf(loss);
  const result = reduceLosses(losses, loss.reduction, total);
  total.denominator?.dispose();
  return result;
}

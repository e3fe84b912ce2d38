import backward from '../../shaders/cross_entropy_backward.wgsl';
import forward from '../../shaders/cross_entropy_forward.wgsl';
import nested from '../../shaders/fold/nested.wgsl';
import math from '../../shaders/math/cross_entropy.wgsl';
import exp from '../../shaders/math/exp.wgsl';
import log from '../../shaders/math/log.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/cross_entropy.wgsl';
import block from '../../shaders/monoid/cross_entropy_block.wgsl';
import subgroup from '../../shaders/monoid/cross_entropy_subgroup.wgsl';
import gradientScale from '../../shaders/targets/gradient_scale.wgsl';
import { GradfoldError } from '../errors.ts';
import type { Cause } from '../runtime/causes.ts';
import type { Tensor } from '../tensor.ts';
import { checkNumber } from './check.ts';
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
const SHARED = [math, exp, log, special, block, nested];

/**
 * Cross-entropy of logits with class indices or probabilities: `Σ_c q_c · (log Σ_k exp x_k - x_c)` a row.
 *
 * A label's loss keeps its digits down to 1e-30 and under common offsets of up to 1e8 (the label is left out of the
 * sum, and log1p taken). NaN or +inf in a row, or nothing but -inf, make its loss NaN.
 * @param logits f32 `[N, C]`, or `[C]` for one row
 * @param targets integers `[N]`: labels in `[0, C)` or `ignoreIndex`; f32 `[N, C]`: probabilities, used as they are
 * @returns f32: a scalar, or `[N]` with reduction 'none'
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor {
  const loss = resolveClassLoss('crossEntropy', 'logits', logits, targets, options);
  const causes = checkTargets(loss, options.ignoreIndex);
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const bound = bindTargets(loss);
  launchRows(logits.backend.runtime, {
    op: loss.op,
    kernel: { entry: 'cross_entropy_forward', monoid: MONOID, parts: [forward, ...SHARED, ...loss.parts] },
    rows: loss.rows,
    cols: loss.cols,
    reads: { logits, ...bound.reads },
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

/**
 * The gradient of `crossEntropy` with respect to the logits, times `upstream`: `p·Σq - q` a row, exactly 0 in ignored
 * rows. Arguments and options as there.
 * @param options.upstream the loss's own gradient: a scalar, or `[N]` with reduction 'none'. Default 1
 * @returns f32, the logits' shape
 */
export function crossEntropyBackward(
  logits: Tensor,
  targets: Tensor,
  options: ClassLossOptions & { upstream?: Tensor } = {},
): Tensor {
  const loss = resolveClassLoss('crossEntropyBackward', 'logits', logits, targets, options);
  checkUpstream(loss, logits, options.upstream);
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = logits.backend.empty(logits.shape, 'f32');
  const { losses, total } = launchBackward(loss, logits, gradient, { upstream: options.upstream, scale: 1, causes });
  losses.dispose();
  total.denominator?.dispose();
  return gradient;
}

/**
 * `crossEntropy` and its gradient together, in one read of a row that stays on chip and one write.
 * @param options.inPlace the gradient is a new tensor on the logits' storage, which then shows the gradient. Default false
 * @param options.scale of the gradient. Default 1
 */
export function crossEntropyWithGradient(
  logits: Tensor,
  targets: Tensor,
  options: ClassLossOptions & { inPlace?: boolean; scale?: number } = {},
): { loss: Tensor; gradient: Tensor } {
  const op = 'crossEntropyWithGradient';
  const loss = resolveClassLoss(op, 'logits', logits, targets, options);
  const scale = checkNumber(op, 'scale', options.scale ?? 1, -Number.MAX_VALUE, Number.MAX_VALUE);
  if (options.inPlace) checkAlone(op, logits, { targets, weight: options.weight });
  const causes = checkTargets(loss, options.ignoreIndex);
  const gradient = options.inPlace ? logits.view(0, logits.shape) : logits.backend.empty(logits.shape, 'f32');
  const { losses, total } = launchBackward(loss, logits, gradient, { upstream: undefined, scale, causes });
  const result = reduceLosses(losses, loss.reduction, total);
  total.denominator?.dispose();
  return { loss: result, gradient };
}

interface BackwardCall {
  readonly upstream: Tensor | undefined;
  readonly scale: number;
  readonly causes: readonly Cause[];
}

function launchBackward(loss: ClassLoss, logits: Tensor, gradient: Tensor, { upstream, scale, causes }: BackwardCall) {
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const total = totalOf(loss);
  const bound = bindTargets(loss);
  const up = bindUpstream(loss, upstream);
  launchRows(logits.backend.runtime, {
    op: loss.op,
    kernel: {
      entry: 'cross_entropy_backward',
      monoid: MONOID,
      parts: [backward, gradientScale, ...SHARED, ...loss.parts],
    },
    rows: loss.rows,
    cols: loss.cols,
    reads: { logits, ...bound.reads },
    writes: { gradient },
    perRow: { ...bound.perRow, ...up.perRow, losses },
    shared: { ...bound.shared, ...up.shared, denominator: total.denominator },
    params: { ...loss.params, scale, divisor: total.divisor },
    constants: { ...loss.constants, ...up.constants, HAS_DENOMINATOR: total.denominator !== undefined },
    causes,
  });
  return { losses, total };
}

/** What is written in place may be read by no other argument. */
function checkAlone(op: string, logits: Tensor, others: Record<string, Tensor | undefined>): void {
  for (const [name, tensor] of Object.entries(others)) {
    if (tensor?.storage.buffer === logits.storage.buffer) {
      throw new GradfoldError(
        `${op}: inPlace, and ${name} shares its buffer with logits, expected a buffer of its own`,
      );
    }
  }
}

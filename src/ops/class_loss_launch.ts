import gradientScale from '../../shaders/targets/gradient_scale.wgsl';
import type { Tensor } from '../core/tensor.ts';
import type { Parts } from '../kernels/parts.ts';
import type { Cause } from '../runtime/causes.ts';
import { bindTargets, type ClassLoss, totalOf } from './class_targets.ts';
import { reduceLosses, type Total } from './reduction.ts';
import { launchRows, type RowKernel } from './row_launch.ts';
import { bindUpstream } from './upstream.ts';

/** A loss's rows through `kernel`, which reads `logits` and writes `losses`, reduced as the loss asks. */
export function launchLoss(loss: ClassLoss, logits: Tensor, kernel: RowKernel, causes: readonly Cause[]): Tensor {
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const bound = bindTargets(loss);
  launchRows(logits.backend.runtime, {
    op: loss.op,
    kernel: withTargets(kernel, loss, []),
    rows: loss.rows,
    reads: { logits, ...bound.reads },
    perRow: { ...bound.perRow, losses },
    perColumn: bound.perColumn,
    params: loss.params,
    constants: loss.constants,
    causes,
  });
  const total = totalOf(loss);
  const result = reduceLosses(loss.op, losses, loss.reduction, total);
  total.denominator?.dispose();
  return result;
}

/** A kernel with the parts that its targets ask for: the same object for the same kernel and kind of targets. */
function withTargets(kernel: RowKernel, { targets, indices, parts }: ClassLoss, more: Parts): RowKernel {
  return targets.backend.runtime.decide(kernel, indices ? 'labels' : 'probabilities', () => ({
    ...kernel,
    parts: [...kernel.parts, ...more, ...parts],
  }));
}

/** What a gradient is made with beside the loss's own options. */
export interface GradientCall {
  readonly upstream?: Tensor | undefined;
  readonly scale?: number;
  readonly causes: readonly Cause[];
  /** What the kernel writes beside the gradient, a value a row. */
  readonly perRow?: Readonly<Record<string, Tensor>>;
}

/**
 * A loss's gradient through `kernel`, which reads `logits` and writes `gradient`, perhaps in their place. Returns what
 * the loss divides by; whoever calls disposes of its denominator.
 */
export function launchGradient(
  loss: ClassLoss,
  logits: Tensor,
  gradient: Tensor,
  kernel: RowKernel,
  { upstream, scale = 1, causes, perRow = {} }: GradientCall,
): Required<Total> {
  const total = totalOf(loss);
  const bound = bindTargets(loss);
  const up = bindUpstream(loss, upstream);
  launchRows(logits.backend.runtime, {
    op: loss.op,
    kernel: withTargets(kernel, loss, [gradientScale]),
    rows: loss.rows,
    reads: { logits, ...bound.reads },
    writes: { gradient },
    perRow: { ...bound.perRow, ...up.perRow, ...perRow },
    shared: { ...up.shared, denominator: total.denominator },
    perColumn: bound.perColumn,
    params: { ...loss.params, scale, divisor: total.divisor },
    constants: { ...loss.constants, ...up.constants, HAS_DENOMINATOR: total.denominator !== undefined },
    causes,
  });
  return total;
}

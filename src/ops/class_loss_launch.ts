import each from '../../shaders/losses/each.wgsl';
import summedLosses from '../../shaders/losses/summed.wgsl';
import gradientScale from '../../shaders/targets/gradient_scale.wgsl';
import indices from '../../shaders/targets/indices.wgsl';
import probabilities from '../../shaders/targets/probabilities.wgsl';
import wanted from '../../shaders/targets/wanted.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { type Bindings, perRow, read, shared, summed, update, write } from '../kernels/bind.ts';
import type { Cause } from '../runtime/causes.ts';
import type { Part } from '../runtime/link.ts';
import { bindTargets, type ClassLoss, type DividedTotal, totalOf } from './class_targets.ts';
import { reduceLosses } from './reduction.ts';
import { launchRows, type RowKernel } from './row_launch.ts';
import { upstreamConstants } from './upstream.ts';

/** A loss's kernels for both kinds of targets. */
export interface LossKernel {
  readonly labels: RowKernel;
  readonly probabilities: RowKernel;
}

function withTargets(kernel: RowKernel, ...more: readonly Part[]): LossKernel {
  const by = (targets: Part) => ({ ...kernel, parts: [...kernel.parts, ...more, wanted, targets] });
  return { labels: by(indices), probabilities: by(probabilities) };
}

/** The parts of kernels that write losses. */
export const LOSSES = { each, summed: summedLosses };

/** The kernels of a loss. */
export const lossKernel = (kernel: RowKernel) => withTargets({ ...kernel, losses: LOSSES });
/** The kernels of a gradient, which is scaled by the upstream gradient and divided by the loss's denominator. */
export const gradientKernel = (kernel: RowKernel) => withTargets(kernel, gradientScale);
/** The binding of losses, of which only the sum is wanted unless the reduction is 'none'. */
export const lossesOf = ({ reduction }: ClassLoss, losses: Tensor) =>
  reduction === 'none' ? perRow(losses) : summed(losses);

const kernelFor = (kernel: LossKernel, loss: ClassLoss) => (loss.indices ? kernel.labels : kernel.probabilities);

/** Runs `kernel`, which reads `logits` and writes `losses`, and returns the reduced losses. */
export function launchLoss(loss: ClassLoss, logits: Tensor, kernel: LossKernel, causes: readonly Cause[]): Tensor {
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const { op, rows, params, constants } = loss;
  const bind = { logits: read(logits), ...bindTargets(loss), losses: lossesOf(loss, losses) };
  const values = launchRows(logits.backend.runtime, {
    op,
    kernel: kernelFor(kernel, loss),
    rows,
    bind,
    params,
    constants,
    causes,
  });
  const total = totalOf(loss);
  const result = reduceLosses(op, losses, loss.reduction, { ...total, values });
  total.denominator?.dispose();
  return result;
}

/** The arguments of a gradient beside the loss's own options. */
export interface GradientCall {
  readonly upstream?: Tensor | undefined;
  readonly scale?: number;
  readonly causes: readonly Cause[];
  /** The kernel's further outputs. */
  readonly bind?: Bindings<Tensor>;
  /** The kernel's own constants. */
  readonly constants?: Readonly<Record<string, boolean>>;
}

/**
 * Computes a loss's gradient with `kernel`, which reads `logits` and writes `gradient`, possibly in place. Returns the
 * loss's divisor and denominator, and how many values the kernel has written as losses. The caller disposes of the
 * denominator.
 */
export function launchGradient(
  loss: ClassLoss,
  logits: Tensor,
  gradient: Tensor,
  kernel: LossKernel,
  { upstream, scale = 1, causes, bind, constants }: GradientCall,
): DividedTotal & { readonly values: number } {
  const total = totalOf(loss);
  const inPlace = gradient.storage === logits.storage;
  const values = launchRows(logits.backend.runtime, {
    op: loss.op,
    kernel: kernelFor(kernel, loss),
    rows: loss.rows,
    bind: {
      ...(inPlace ? { logits: update(logits, 'gradient') } : { logits: read(logits), gradient: write(gradient) }),
      ...bindTargets(loss),
      ...bind,
      upstream: loss.reduction === 'none' ? perRow(upstream) : shared(upstream),
      denominator: shared(total.denominator),
    },
    params: { ...loss.params, scale, divisor: total.divisor },
    constants: {
      ...loss.constants,
      ...constants,
      ...upstreamConstants(loss, upstream),
      HAS_DENOMINATOR: total.denominator !== undefined,
    },
    causes,
  });
  return { ...total, values };
}

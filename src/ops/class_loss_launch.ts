import gradientScale from '../../shaders/targets/gradient_scale.wgsl';
import indices from '../../shaders/targets/indices.wgsl';
import probabilities from '../../shaders/targets/probabilities.wgsl';
import wanted from '../../shaders/targets/wanted.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { type Bindings, perRow, read, shared, update, write } from '../kernels/bind.ts';
import type { Cause } from '../runtime/causes.ts';
import type { Part } from '../runtime/link.ts';
import { bindTargets, type ClassLoss, totalOf } from './class_targets.ts';
import { reduceLosses, type Total } from './reduction.ts';
import { launchRows, type RowKernel } from './row_launch.ts';
import { upstreamConstants } from './upstream.ts';

/** A loss's kernel for either kind of targets. */
export interface LossKernel {
  readonly labels: RowKernel;
  readonly probabilities: RowKernel;
}

function withTargets(kernel: RowKernel, ...more: readonly Part[]): LossKernel {
  const by = (targets: Part) => ({ ...kernel, parts: [...kernel.parts, ...more, wanted, targets] });
  return { labels: by(indices), probabilities: by(probabilities) };
}

/** A kernel that reads targets. */
export const lossKernel = (kernel: RowKernel) => withTargets(kernel);
/** The same, of a gradient: it is scaled by what comes back to the loss, and by what the loss divides by. */
export const gradientKernel = (kernel: RowKernel) => withTargets(kernel, gradientScale);

const kernelFor = (kernel: LossKernel, loss: ClassLoss) => (loss.indices ? kernel.labels : kernel.probabilities);

/** A loss's rows through `kernel`, which reads `logits` and writes `losses`, reduced as the loss asks. */
export function launchLoss(loss: ClassLoss, logits: Tensor, kernel: LossKernel, causes: readonly Cause[]): Tensor {
  const losses = logits.backend.empty(loss.lossShape, 'f32');
  const { op, rows, params, constants } = loss;
  const bind = { logits: read(logits), ...bindTargets(loss), losses: perRow(losses) };
  launchRows(logits.backend.runtime, { op, kernel: kernelFor(kernel, loss), rows, bind, params, constants, causes });
  const total = totalOf(loss);
  const result = reduceLosses(op, losses, loss.reduction, total);
  total.denominator?.dispose();
  return result;
}

/** What a gradient is made with beside the loss's own options. */
export interface GradientCall {
  readonly upstream?: Tensor | undefined;
  readonly scale?: number;
  readonly causes: readonly Cause[];
  /** What the kernel writes beside the gradient. */
  readonly bind?: Bindings<Tensor>;
}

/**
 * A loss's gradient through `kernel`, which reads `logits` and writes `gradient`, perhaps in their place. Returns what
 * the loss divides by; whoever calls disposes of its denominator.
 */
export function launchGradient(
  loss: ClassLoss,
  logits: Tensor,
  gradient: Tensor,
  kernel: LossKernel,
  { upstream, scale = 1, causes, bind }: GradientCall,
): Required<Total> {
  const total = totalOf(loss);
  const inPlace = gradient.storage === logits.storage;
  launchRows(logits.backend.runtime, {
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
      ...upstreamConstants(loss, upstream),
      HAS_DENOMINATOR: total.denominator !== undefined,
    },
    causes,
  });
  return total;
}

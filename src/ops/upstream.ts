import type { Shape } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkDTypes, checkShape, checkTensors } from './check.ts';
import type { Reduction } from './reduction.ts';

/** A loss as far as the gradient that comes back to it is concerned. */
interface ReducedLoss {
  readonly op: string;
  readonly reduction: Reduction;
  readonly lossShape: Shape;
}

/** @throws ShapeError unless `upstream` has the shape of the loss: a scalar, or a value a row with reduction 'none'. */
export function checkUpstream(
  { op, reduction, lossShape }: ReducedLoss,
  x: Tensor,
  upstream: Tensor | undefined,
): void {
  if (!upstream) return;
  checkTensors(op, { x }, { upstream });
  checkDTypes(op, 'upstream', upstream, 'f32');
  checkShape(
    op,
    'upstream',
    upstream.shape,
    reduction === 'none' ? lossShape : [],
    `the loss with reduction '${reduction}'`,
  );
}

/** Whose gradient it is, as `gradient_scale.wgsl` asks: one loss's, each one's, or nobody's. */
export function upstreamConstants({ reduction }: ReducedLoss, upstream: Tensor | undefined) {
  const each = reduction === 'none';
  return { ONE_UPSTREAM: upstream !== undefined && !each, EACH_UPSTREAM: upstream !== undefined && each };
}

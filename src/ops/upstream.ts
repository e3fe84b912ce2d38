import type { Shape } from '../core/data.ts';
import type { Pass } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkDTypes, checkShape, checkTensors } from './check.ts';
import type { Reduction } from './reduction.ts';

/** The properties of a loss that determine the shape of its upstream gradient. */
interface ReducedLoss {
  readonly op: string;
  readonly reduction: Reduction;
  readonly lossShape: Shape;
}

/** @throws ShapeError unless `upstream` has the loss's shape: a scalar, or one value per row with reduction 'none'. */
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

/** The constants of `gradient_scale.wgsl`: whether there is one upstream gradient, one per loss, or none. */
export function upstreamConstants({ reduction }: ReducedLoss, upstream: Tensor | undefined) {
  const each = reduction === 'none';
  return { ONE_UPSTREAM: upstream !== undefined && !each, EACH_UPSTREAM: upstream !== undefined && each };
}

/**
 * The gradient of `upstream` in a loss's backward pass, given that of its result, h, and its result for an upstream of 1.
 * @param axis the axis that the loss does not have, if any
 */
export function byUpstream<Name>(
  { inF32, multiply, sum }: Pass<Tensor, Name>,
  { reduction }: Pick<ReducedLoss, 'reduction'>,
  h: Tensor,
  unscaled: Tensor,
  axis: number | readonly number[] = [],
): Tensor {
  return sum(multiply(inF32(h), unscaled), reduction === 'none' ? { axis } : {});
}

import type { Tensor } from '../core/tensor.ts';
import { SUM_ROWS } from '../plan/channels.ts';
import {
  affineBackward,
  type BatchNormBackwardOptions,
  checkBackward,
  foldsFor,
  type Normalized,
  recordBackward,
  reduceBlock,
  scalingOf,
} from './batch_norm_backward_launch.ts';
import { checkCount } from './batch_norm_check.ts';
import { joinBlocks } from './batch_norm_merge.ts';
import { checkTensors } from './check.ts';
import { concat } from './concat.ts';

/**
 * The statistics that `batchNormTrain` saves for `batchNormBackward`: f32, unless it was given statistics of another
 * dtype. The caller disposes of them.
 */
export interface Saved {
  /** The number of values per channel that the statistics cover. */
  readonly count: number;
  /** The ε added to the variance. */
  readonly epsilon: number;
  /** [C], the rounded mean; mean + tail is more precise. */
  readonly mean: Tensor;
  /** [C], the rounding error of the mean. */
  readonly tail: Tensor;
  /** [C], biased. */
  readonly variance: Tensor;
  dispose(): void;
  [Symbol.dispose](): void;
}

type Statistics = Omit<Saved, 'dispose' | typeof Symbol.dispose>;

/**
 * The gradients of `batchNormTrain`. With x̂ = (x - mean)·rstd, rstd = 1/√(variance + ε) and n values per channel
 * behind the statistics: dβ = Σdy, dγ = Σdy·x̂ and dx = γ·rstd·(dy - (dβ + x̂·dγ)/n).
 *
 * With activation 'relu', dy counts only where the forward pass had y > 0. This is recomputed from x, so `gamma` and
 * `beta` must be those of the forward pass.
 *
 * If the statistics are those of several batches, so must the sums be: each batch's come from `batchNormBackwardReduce`,
 * and `sums` is their total. By default the sums cover only this x and dy.
 * @param x f32 or f16, the argument of `batchNormTrain`
 * @param dy f32 or f16, the gradient of y, with the shape of x
 * @param saved the statistics that `batchNormTrain` returned
 * @param options.sums f32 [2, C], Σdy and Σdy·x̂ over all batches, which are then dBeta and dGamma. Default those of x
 * and dy
 * @returns dx with the shape and dtype of x; dGamma and dBeta [C] with the dtype of gamma, or f32 without gamma
 * @throws ShapeError for another shape; GradfoldError for a dtype or an option outside its range
 */
export function batchNormBackward(
  x: Tensor,
  dy: Tensor,
  saved: Statistics,
  options: BatchNormBackwardOptions & { sums?: Tensor } = {},
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const op = 'batchNormBackward';
  const gradients = affineBackward(op, x, dy, normalizedBy(op, saved), options);
  const { gamma } = options;
  if (!gamma || gamma.dtype === 'f32') return gradients;
  const { dx, dGamma, dBeta } = gradients;
  const narrow = { dx, dGamma: dGamma.cast(gamma.dtype), dBeta: dBeta.cast(gamma.dtype) };
  for (const each of [dGamma, dBeta]) each.dispose();
  return narrow;
}

/**
 * The first half of a `batchNormBackward` that is synchronized over several batches: the sums Σdy and Σdy·x̂ of each
 * channel. The sums of all batches are added, and each batch passes the total to `batchNormBackward` as `sums`. Takes the
 * arguments of `batchNormBackward`.
 * @returns a new f32 tensor [2, C]
 */
export function batchNormBackwardReduce(
  x: Tensor,
  dy: Tensor,
  saved: Statistics,
  options: BatchNormBackwardOptions = {},
): Tensor {
  const op = 'batchNormBackwardReduce';
  const call = checkBackward(op, x, dy, normalizedBy(op, saved), options);
  const sums = joinBlocks(op, x.backend, [SUM_ROWS, call.layout.channels], foldsFor(call), (plan) => {
    const scaling = scalingOf(call, plan.block);
    const reduced = reduceBlock(call, plan, scaling);
    scaling?.dispose();
    return reduced;
  });
  const y = sums.view(0, [SUM_ROWS, call.layout.channels]);
  sums.dispose();
  return recordBackward(call, { sums: y }, ({ dGamma, dBeta }) => {
    const row = (sum: Tensor) => sum.reshape([1, call.layout.channels]);
    return { sums: concat([row(dBeta), row(dGamma)]) };
  }).sums;
}

function normalizedBy(op: string, { count, mean, tail, variance, epsilon }: Statistics): Normalized {
  checkTensors(op, { 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance });
  return { mean, tail, variance, epsilon, perCount: 1 / Math.max(checkCount(op, 'saved.count', count), 1) };
}

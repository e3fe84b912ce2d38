import backwardShader from '../../shaders/batch_norm_backward.wgsl';
import mergeShader from '../../shaders/batch_norm_backward_merge.wgsl';
import sumsShader from '../../shaders/batch_norm_backward_sums.wgsl';
import affine from '../../shaders/channels/affine.wgsl';
import gammaPart from '../../shaders/channels/gamma.wgsl';
import everyDy from '../../shaders/channels/gate_none.wgsl';
import throughRelu from '../../shaders/channels/gate_relu.wgsl';
import statisticsPart from '../../shaders/channels/statistics.wgsl';
import sumsPart from '../../shaders/channels/sums.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import merge from '../../shaders/monoid/sum2.wgsl';
import subgroup from '../../shaders/monoid/sum2_subgroup.wgsl';
import { recordCall } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { eachPerChannel, perBlock, perChannel, read, result, write } from '../kernels/bind.ts';
import type { Monoid } from '../kernels/parts.ts';
import { elementSizes } from '../kernels/slices.ts';
import { type ChannelBlock, type ChannelPlan, SUM_ROWS } from '../plan/channels.ts';
import { foldsOf, launchChannels, mapOf } from './batch_norm_channels.ts';
import {
  type Activation,
  checkActivation,
  checkChannels,
  checkCount,
  checkEpsilon,
  checkFloats,
} from './batch_norm_check.ts';
import { joinBlocks, type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import { checkFloat, checkShape, checkTensors } from './check.ts';
import { copyInto } from './copy.ts';

const SUM2: Monoid = { merge, subgroup };
const GATES = { none: [everyDy], relu: [throughRelu, affine] };
const sumsOf = (activation: Activation) => ({
  entry: 'batch_norm_backward_sums',
  parts: [sumsShader, sumsPart, xHat, statisticsPart, ...GATES[activation]],
  monoid: SUM2,
  constants: { SUM_ROWS },
});
const SUMS = { none: sumsOf('none'), relu: sumsOf('relu') };
const MERGE: MergeKernel = {
  entry: 'batch_norm_backward_merge',
  parts: [mergeShader, sumsPart],
  monoid: SUM2,
  constants: { SUM_ROWS },
  result: 'sums',
};
const BACKWARD = {
  none: {
    entry: 'batch_norm_backward',
    parts: [backwardShader, xHat, statisticsPart, ...GATES.none, gammaPart],
  },
  relu: { entry: 'batch_norm_backward', parts: [backwardShader, xHat, statisticsPart, ...GATES.relu] },
};

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

export interface BatchNormBackwardOptions {
  /** The scale given to `batchNormTrain`, f32 or f16 [C]. @default ones */
  gamma?: Tensor;
  /** The offset given to `batchNormTrain`, f32 or f16 [C]. Needed only with an activation. @default zeros */
  beta?: Tensor;
  /** The axis of the channels in x, -1 for channels-last. @default 1 */
  channelAxis?: number;
  /** The activation given to `batchNormTrain`. @default 'none' */
  activation?: Activation;
}

/**
 * The gradients of `batchNormTrain`. With x̂ = (x - mean)·rstd, rstd = 1/√(variance + ε) and n values per channel
 * behind the statistics: dβ = Σdy, dγ = Σdy·x̂ and dx = γ·rstd·(dy - (dβ + x̂·dγ)/n).
 *
 * If the forward pass was given statistics (`stats`), the sums still cover only this x and dy. With activation 'relu',
 * dy counts only where the forward pass had y > 0. This is recomputed from x, so `gamma` and `beta` must be those of
 * the forward pass.
 * @param x f32 or f16, the argument of `batchNormTrain`
 * @param dy f32 or f16, the gradient of y, with the shape of x
 * @param saved the statistics that `batchNormTrain` returned
 * @returns dx with the shape and dtype of x; dGamma and dBeta [C] with the dtype of gamma, or f32 without gamma
 * @throws ShapeError for another shape; GradfoldError for a dtype or an option outside its range
 */
export function batchNormBackward(
  x: Tensor,
  dy: Tensor,
  saved: Omit<Saved, 'dispose' | typeof Symbol.dispose>,
  options: BatchNormBackwardOptions = {},
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const op = 'batchNormBackward';
  const { mean, tail, variance, epsilon } = saved;
  checkTensors(op, { x, dy, 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance });
  const perCount = 1 / Math.max(checkCount(op, 'saved.count', saved.count), 1);
  const gradients = affineBackward(op, x, dy, { mean, tail, variance, epsilon, perCount }, options);
  const inputs = { x, dy, gamma: options.gamma, beta: options.beta };
  recordCall(x.backend.recorder, op, inputs, gradients);
  return gradients;
}

/** The statistics of normalized values. `perCount` is each value's weight in them, 0 if they do not depend on x. */
export interface Normalized extends Pick<Saved, 'mean' | 'variance' | 'epsilon'> {
  readonly tail: Tensor | undefined;
  readonly perCount: number;
}

/** `batchNormBackward` for any normalization. @internal */
export function affineBackward(
  op: string,
  x: Tensor,
  dy: Tensor,
  saved: Normalized,
  options: BatchNormBackwardOptions,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const { gamma, beta } = options;
  const { mean, tail, variance } = saved;
  checkTensors(op, { x, dy, 'saved.mean': mean, 'saved.variance': variance }, { 'saved.tail': tail, gamma, beta });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloat(op, 'dy', dy);
  checkShape(op, 'dy', dy.shape, x.shape, 'x');
  const channels = layout.channels;
  checkFloats(op, { 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance, gamma, beta }, [channels]);
  const epsilon = checkEpsilon(op, saved.epsilon);
  const activation = checkActivation(op, options.activation);

  const { backend } = x;
  const { runtime } = backend;
  const pass = { x: layout, sizes: elementSizes([x, dy]), reads: 2 };
  const dx = backend.empty(x.shape, x.dtype);
  const passes = (plan: ChannelPlan) => {
    const { block } = plan;
    const slices = backend.empty([plan.slices, SUM_ROWS, block.channels * plan.plane], 'f32');
    const scaling = activation === 'none' ? undefined : scalingOf(op, x, block, [gamma, beta]);
    const constants = { HAS_GAMMA: gamma !== undefined, HAS_BETA: beta !== undefined };
    const common = {
      x: read(x),
      dy: read(dy),
      ...eachPerChannel({ mean, tail, variance }),
      ...(scaling && { scaling: perBlock(scaling) }),
    };
    const launch = { op, ...(scaling && { constants }) };
    launchChannels(runtime, {
      ...launch,
      kernel: SUMS[activation],
      plan,
      bind: { ...common, sums: result(slices) },
      params: { epsilon },
    });
    const sums = mergeSlices(op, MERGE, slices, plan.plane);
    launchChannels(runtime, {
      ...launch,
      kernel: BACKWARD[activation],
      plan: mapOf(runtime, { ...pass, block }),
      bind: { ...common, ...(!scaling && { gamma: perChannel(gamma) }), dx: write(dx), sums: perBlock(sums) },
      params: { epsilon, per_count: saved.perCount },
    });
    scaling?.dispose();
    return sums;
  };
  const folds = foldsOf(runtime, { ...pass, values: SUM_ROWS });
  const sums = joinBlocks(op, backend, [SUM_ROWS, channels], folds, passes);
  const gradients = { dx, dGamma: gradient(sums, 1, gamma), dBeta: gradient(sums, 0, gamma) };
  sums.dispose();
  return gradients;
}

/**
 * γ and β of a block of channels as rows of one f32 tensor [2, channels], to stay within eight bindings. The row of an
 * absent tensor is not written.
 */
function scalingOf(
  op: string,
  like: Tensor,
  { first, channels }: ChannelBlock,
  rows: readonly (Tensor | undefined)[],
): Tensor {
  const scaling = like.backend.empty([2, channels], 'f32');
  for (const [row, tensor] of rows.entries()) {
    if (!tensor) continue;
    const part = tensor.view(first, [channels]);
    const wide = part.dtype === 'f32' ? part : part.converted('f32');
    copyInto(op, wide, { shape: [channels], from: [1], to: [1], toStart: row * channels }, scaling);
    for (const each of [part, wide]) each.dispose();
  }
  return scaling;
}

/** A row of sums [1, 2, C], with the dtype of gamma. */
function gradient(sums: Tensor, row: number, gamma: Tensor | undefined): Tensor {
  const channels = sums.shape[2] as number;
  const view = sums.view(row * channels, [channels]);
  if (!gamma || gamma.dtype === 'f32') return view;
  const narrow = view.converted(gamma.dtype);
  view.dispose();
  return narrow;
}

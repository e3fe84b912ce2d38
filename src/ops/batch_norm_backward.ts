import backwardShader from '../../shaders/batch_norm_backward.wgsl';
import mergeShader from '../../shaders/batch_norm_backward_merge.wgsl';
import sumsShader from '../../shaders/batch_norm_backward_sums.wgsl';
import sumsPart from '../../shaders/channels/sums.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import merge from '../../shaders/monoid/sum2.wgsl';
import subgroup from '../../shaders/monoid/sum2_subgroup.wgsl';
import type { ChannelPlan } from '../plan/channels.ts';
import type { Tensor } from '../tensor.ts';
import { foldsOf, launchChannels, mapOf } from './batch_norm_channels.ts';
import { checkChannels, checkCount, checkEpsilon, checkFloats } from './batch_norm_check.ts';
import { joinBlocks, type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import type { Saved } from './batch_norm_train.ts';
import { checkFloat, checkShape, checkTensors } from './check.ts';
import { elementSizes, type Monoid } from './parts.ts';

const SUM2: Monoid = { merge, subgroup };
const SUMS = { entry: 'batch_norm_backward_sums', parts: [sumsShader, sumsPart, xHat], monoid: SUM2 };
const MERGE: MergeKernel = {
  entry: 'batch_norm_backward_merge',
  parts: [mergeShader, sumsPart],
  monoid: SUM2,
  result: 'sums',
};
const BACKWARD = { entry: 'batch_norm_backward', parts: [backwardShader, xHat] };

/**
 * The gradients of `batchNormTrain`. With x̂ = (x - mean)·rstd and n values per channel behind the statistics:
 * dβ = Σdy, dγ = Σdy·x̂ and dx = γ·rstd·(dy - (dβ + x̂·dγ)/n).
 *
 * Where statistics came from elsewhere too (`stats`), the sums are still those of this x and dy.
 * @param x f32 or f16, what was normalised
 * @param dy f32 or f16, the gradient of y, in the shape of x
 * @param saved what `batchNormTrain` returned
 * @param options.gamma the scale that was given to it, f32 or f16 [C]. Default ones
 * @param options.channelAxis default 1; -1 for channels-last
 * @returns dx in the shape and dtype of x; dGamma and dBeta [C] in the dtype of gamma, f32 where there is none
 */
export function batchNormBackward(
  x: Tensor,
  dy: Tensor,
  saved: Saved,
  options: { gamma?: Tensor; channelAxis?: number } = {},
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const op = 'batchNormBackward';
  const { gamma } = options;
  const { mean, tail, variance } = saved;
  checkTensors(op, { x, dy, 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance }, { gamma });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloat(op, 'dy', dy);
  checkShape(op, 'dy', dy.shape, x.shape, 'x');
  const channels = layout.channels;
  checkFloats(op, { 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance, gamma }, [channels]);
  const epsilon = checkEpsilon(op, saved.epsilon);
  const count = checkCount(op, 'saved.count', saved.count);

  const { backend } = x;
  const { runtime } = backend;
  const reads = { x, dy };
  const statistics = { mean, tail, variance };
  const sizes = elementSizes([x, dy]);
  const dx = backend.empty(x.shape, x.dtype);
  const passes = (plan: ChannelPlan) => {
    const { block } = plan;
    const slices = backend.empty([plan.slices, 2, block.channels], 'f32');
    const folding = { op, reads, perChannel: statistics, params: { epsilon } };
    launchChannels(runtime, { ...folding, kernel: SUMS, plan, results: { sums: slices } });
    const sums = mergeSlices(op, MERGE, slices);
    launchChannels(runtime, {
      op,
      kernel: BACKWARD,
      plan: mapOf(runtime, layout, sizes, block),
      reads,
      writes: { dx },
      perChannel: { ...statistics, gamma },
      perBlock: { sums },
      params: { epsilon, per_count: 1 / Math.max(count, 1) },
    });
    return sums;
  };
  const sums = joinBlocks(op, backend, [2, channels], foldsOf(runtime, layout, 2, sizes), passes);
  const gradients = { dx, dGamma: gradient(sums, 1, gamma), dBeta: gradient(sums, 0, gamma) };
  sums.dispose();
  return gradients;
}

/** A row of sums [1, 2, C], in the dtype of gamma. */
function gradient(sums: Tensor, row: number, gamma: Tensor | undefined): Tensor {
  const channels = sums.shape[2] as number;
  const view = sums.view(row * channels, [channels]);
  if (!gamma || gamma.dtype === 'f32') return view;
  const narrow = view.cast(gamma.dtype);
  view.dispose();
  return narrow;
}

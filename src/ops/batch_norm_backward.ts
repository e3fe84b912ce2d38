import backwardShader from '../../shaders/batch_norm_backward.wgsl';
import mergeShader from '../../shaders/batch_norm_backward_merge.wgsl';
import sumsShader from '../../shaders/batch_norm_backward_sums.wgsl';
import sumsPart from '../../shaders/channels/sums.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import merge from '../../shaders/monoid/sum2.wgsl';
import subgroup from '../../shaders/monoid/sum2_subgroup.wgsl';
import type { Tensor } from '../tensor.ts';
import {
  checkChannels,
  checkCount,
  checkEpsilon,
  checkFloats,
  emptySlices,
  launchChannels,
  planFor,
} from './batch_norm_channels.ts';
import { type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import type { Saved } from './batch_norm_train.ts';
import { checkDTypes, checkShape, checkTensors } from './check.ts';
import type { Monoid } from './parts.ts';

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
 * @param x f32, what was normalised
 * @param dy f32, the gradient of y, in the shape of x
 * @param saved what `batchNormTrain` returned
 * @param options.gamma the scale that was given to it, f32 [C]. Default ones
 * @param options.channelAxis default 1; -1 for channels-last
 * @returns dx in the shape of x, dGamma and dBeta [C]
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
  checkDTypes(op, 'dy', dy, 'f32');
  checkShape(op, 'dy', dy.shape, x.shape, 'x');
  const channels = layout.channels;
  checkFloats(op, { 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance, gamma }, [channels]);
  const epsilon = checkEpsilon(op, saved.epsilon);
  const count = checkCount(op, 'saved.count', saved.count);

  const { backend } = x;
  const reads = { x, dy };
  const statistics = { mean, tail, variance };
  const sumsPlan = planFor(op, layout, 'fold', [x, dy]);
  const plan = planFor(op, layout, 'map', [x, dy]);
  const slices = emptySlices(op, x, sumsPlan, 2, channels);
  const others = { sums: slices };
  launchChannels(backend.runtime, {
    op,
    kernel: SUMS,
    plan: sumsPlan,
    reads,
    perChannel: statistics,
    others,
    params: { epsilon },
  });
  const sums = mergeSlices(op, MERGE, slices);
  const dx = backend.empty(x.shape, 'f32');
  const perChannel = { ...statistics, gamma, sums };
  const params = { epsilon, per_count: 1 / Math.max(count, 1) };
  launchChannels(backend.runtime, { op, kernel: BACKWARD, plan, reads, writes: { dx }, perChannel, params });
  const gradients = { dx, dGamma: sums.view(channels, [channels]), dBeta: sums.view(0, [channels]) };
  sums.dispose();
  return gradients;
}

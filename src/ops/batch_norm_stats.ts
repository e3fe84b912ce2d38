import collectShader from '../../shaders/batch_norm_collect.wgsl';
import mergeShader from '../../shaders/batch_norm_merge.wgsl';
import statsShader from '../../shaders/batch_norm_stats.wgsl';
import lift from '../../shaders/channels/lift.wgsl';
import state from '../../shaders/channels/state.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/moments.wgsl';
import subgroup from '../../shaders/monoid/moments_subgroup.wgsl';
import { show } from '../data.ts';
import { GradfoldError, ShapeError } from '../errors.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import type { Tensor } from '../tensor.ts';
import { checkChannels, checkCount, checkFloats, emptySlices, launchChannels, planFor } from './batch_norm_channels.ts';
import { type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import { checkTensors } from './check.ts';
import { type Monoid, sliceOf } from './parts.ts';

/** Statistics of each channel over all its values. Its tensors are views of one, and stay until disposed of. */
export interface BatchNormStats {
  /** Values per channel. */
  readonly count: number;
  /** [C]; 0 where count is 0, NaN where a value was not finite. */
  readonly mean: Tensor;
  /** [C], biased: M2 / count. NaN where count is 0 or a value was not finite. */
  readonly variance: Tensor;
  /** [4, C], what devices exchange: count, mean, M2 = Σ(x - mean)², and what rounding left over of the mean. */
  readonly state: Tensor;
  dispose(): void;
  [Symbol.dispose](): void;
}

const MOMENTS: Monoid = { merge, subgroup };
const STATS = { entry: 'batch_norm_stats', parts: [statsShader, lift, state], monoid: MOMENTS };
const MERGE: MergeKernel = { entry: 'batch_norm_merge', parts: [mergeShader, state], monoid: MOMENTS, result: 'state' };
/** A state on the GPU: the four rows that are exchanged, and the variance. */
const STATE_ROWS = 5;

/**
 * Count, mean and biased variance of each channel, in one read of x.
 *
 * The variance is never negative, and exactly 0 where all values are equal. NaN or infinity in a channel makes that
 * channel's mean and variance NaN, and no other's.
 * @param x f32 [N, C] or [N, C, ...]
 * @param options.channelAxis default 1; -1 for channels-last
 * @throws ShapeError for a shape of fewer axes, or an axis that there is not
 */
export function batchNormStats(x: Tensor, options: { channelAxis?: number } = {}): BatchNormStats {
  const op = 'batchNormStats';
  checkTensors(op, { x });
  return channelStats(op, x, options.channelAxis);
}

/** `batchNormStats` on behalf of another op. @internal */
export function channelStats(op: string, x: Tensor, channelAxis: number | undefined): BatchNormStats {
  const layout = checkChannels(op, x, channelAxis);
  const count = checkCount(op, 'the number of values per channel', layout.outer * layout.inner);
  const plan = planFor(op, layout, 'fold', [x]);
  const slices = emptySlices(op, x, plan, STATE_ROWS, layout.channels);
  launchChannels(x.backend.runtime, { op, kernel: STATS, plan, reads: { x }, others: { state: slices } });
  return finish(op, slices, count);
}

/**
 * The statistics of several batches together (Chan, Golub and LeVeque): exact for unequal and zero counts.
 * @param parts at least one, all with the same number of channels, on one backend
 * @throws GradfoldError for no parts; ShapeError for parts of different channels
 */
export function mergeBatchNormStats(parts: readonly BatchNormStats[]): BatchNormStats {
  const op = 'mergeBatchNormStats';
  const [first] = parts;
  if (!first) throw new GradfoldError(`${op}: parts is empty, expected at least one`);
  const states = Object.fromEntries(parts.map((part, i) => [`parts[${i}].state`, part.state]));
  checkTensors(op, states);
  const channels = first.state.shape[1] ?? 0;
  for (const [i, part] of parts.entries()) {
    checkFloats(op, { [`parts[${i}].state`]: part.state }, [4, channels]);
    checkCount(op, `parts[${i}].count`, part.count);
  }
  const count = checkCount(
    op,
    'the sum of the counts',
    parts.reduce((sum, part) => sum + part.count, 0),
  );
  const slices = first.state.backend.empty([parts.length, STATE_ROWS, channels], 'f32');
  for (const [slice, part] of parts.entries()) collect(op, part.state, part.count, slices, slice);
  return finish(op, slices, count);
}

/**
 * Statistics from a state as received from elsewhere.
 * @param given f32 [4, C]: count, mean, M2, and what is to be added to the mean; or [3, C] without the last
 * @param count values per channel; it stands above the state's own first row
 * @throws ShapeError for another shape; GradfoldError for a count that is no whole number from 0 up
 */
export function batchNormStatsFromState(given: Tensor, count: number): BatchNormStats {
  const op = 'batchNormStatsFromState';
  checkTensors(op, { state: given });
  const [rows, channels] = given.shape;
  if (given.rank !== 2 || (rows !== 3 && rows !== 4) || channels === undefined) {
    throw new ShapeError(`${op}: state is ${show(given.shape)}, expected [4, C] or [3, C]`);
  }
  checkFloats(op, { state: given }, [rows, channels]);
  checkCount(op, 'count', count);
  const slices = given.backend.empty([1, STATE_ROWS, channels], 'f32');
  collect(op, given, count, slices, 0);
  return finish(op, slices, count);
}

/** @throws unless these are statistics of `channels` channels. The tensors have been checked to be tensors. @internal */
export function checkStats(op: string, stats: BatchNormStats, channels: number): void {
  checkFloats(op, { 'stats.mean': stats.mean, 'stats.variance': stats.variance }, [channels]);
  checkFloats(op, { 'stats.state': stats.state }, [4, channels]);
  checkCount(op, 'stats.count', stats.count);
}

/** What rounding left over of the mean, [C]. @internal */
export function tailOf({ state }: BatchNormStats): Tensor {
  const channels = state.shape[1] as number;
  return state.view(3 * channels, [channels]);
}

function collect(op: string, given: Tensor, count: number, into: Tensor, slice: number): void {
  const [rows, channels] = given.shape as [number, number];
  const constants = { WIDTH: ELEMENT_WIDTH, HAS_TAIL: rows === 4 };
  given.backend.runtime.launch({
    op,
    kernel: { entry: 'batch_norm_collect', parts: [collectShader, state, merge, special], constants },
    bind: { given: sliceOf(given), state: sliceOf(into) },
    params: { channels, slice, count },
    groups: Math.ceil(channels / ELEMENT_WIDTH),
  });
}

/** The statistics in slices [S, 5, C], which it takes over. */
function finish(op: string, slices: Tensor, count: number): BatchNormStats {
  const merged = mergeSlices(op, MERGE, slices);
  const channels = merged.shape[2] as number;
  const tensors = {
    mean: merged.view(channels, [channels]),
    variance: merged.view(4 * channels, [channels]),
    state: merged.view(0, [4, channels]),
  };
  merged.dispose();
  const dispose = () => {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  return { count, ...tensors, dispose, [Symbol.dispose]: dispose };
}

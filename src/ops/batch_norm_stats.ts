import collectShader from '../../shaders/batch_norm_collect.wgsl';
import mergeShader from '../../shaders/batch_norm_merge.wgsl';
import statsShader from '../../shaders/batch_norm_stats.wgsl';
import lift from '../../shaders/channels/lift.wgsl';
import put1 from '../../shaders/channels/put1.wgsl';
import statePart from '../../shaders/channels/state.wgsl';
import stateOf from '../../shaders/channels/state_of.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/moments.wgsl';
import subgroup from '../../shaders/monoid/moments_subgroup.wgsl';
import { type DType, show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { recordCall } from '../core/recorder.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { read, result } from '../kernels/bind.ts';
import { type Monoid, readParts } from '../kernels/parts.ts';
import { elementSizes, sliceOf } from '../kernels/slices.ts';
import { type ChannelBlock, type Channels, channelBlocks, STATE_ROWS } from '../plan/channels.ts';
import { ELEMENT_WORKGROUP_SIZE } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { KernelSource, Part } from '../runtime/link.ts';
import { type ChannelKernel, type ChannelLaunch, foldsOf, launchChannels, ONE_VALUE } from './batch_norm_channels.ts';
import { checkChannels, checkCount, checkFloats } from './batch_norm_check.ts';
import { ofMoments, throughMerge, throughStats } from './batch_norm_formula.ts';
import { joinBlocks, type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import { checkTensors } from './check.ts';

/**
 * The statistics of each channel over all its values, f32. The tensors share one storage. The caller disposes of them.
 */
export interface BatchNormStats {
  /** The number of values per channel. */
  readonly count: number;
  /** [C]; 0 if count is 0, NaN for a channel with a non-finite value. */
  readonly mean: Tensor;
  /** [C], biased: M2 / count. NaN if count is 0, and for a channel with a non-finite value. */
  readonly variance: Tensor;
  /** [4, C], the state that devices exchange: count, mean, M2 = Σ(x - mean)², and the rounding error of the mean. */
  readonly state: Tensor;
  dispose(): void;
  [Symbol.dispose](): void;
}

const MOMENTS: Monoid = { merge, subgroup };
const LIFT = [lift, statePart];
/** A kernel that reduces channels to a state of moments. @internal */
export const momentsKernel = (entry: string, parts: readonly Part[]): ChannelKernel => ({
  entry,
  parts: [...parts, ...LIFT],
  monoid: MOMENTS,
  constants: { STATE_ROWS },
});
const STATS = momentsKernel('batch_norm_stats', [statsShader]);
const MERGE: MergeKernel = {
  entry: 'batch_norm_merge',
  parts: [mergeShader, statePart, stateOf],
  monoid: MOMENTS,
  constants: { STATE_ROWS },
  result: 'state',
};

/**
 * Computes the count, mean and biased variance of each channel in one read of x.
 *
 * The variance is never negative, and exactly 0 if all values of a channel are equal. A non-finite value makes the mean
 * and variance of its channel NaN and affects no other channel.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @param options.channelAxis the axis of the channels, -1 for channels-last. Default 1
 * @returns new f32 statistics, which the caller disposes of
 * @throws ShapeError for a shape with fewer than two axes, and for an axis that does not exist
 */
export function batchNormStats(x: Tensor, options: { channelAxis?: number } = {}): BatchNormStats {
  const op = 'batchNormStats';
  checkTensors(op, { x });
  const stats = channelStats(op, x, options.channelAxis);
  const { count, mean, variance, state } = stats;
  recordCall(
    x.backend.recorder,
    op,
    { x },
    { mean, variance, state },
    {
      keeps: { x, mean },
      back: (gradients, { x, mean }, pass) => ({
        x: throughStats(pass, x, { mean, count }, gradients, options.channelAxis),
      }),
    },
  );
  return stats;
}

/** Statistics from a kernel that also writes other results in the same pass, with a plan of one slice. @internal */
export function heldStats(
  launch: ChannelLaunch,
  { outer, channels, inner }: Channels,
  backend: TensorBackend,
): BatchNormStats {
  const count = checkCount(launch.op, 'the number of values per channel', outer * inner);
  const state = backend.empty([1, STATE_ROWS, channels], 'f32');
  launchChannels(backend.runtime, { ...launch, bind: { ...launch.bind, state: result(state) } });
  return statsOf(state, count);
}

/** `batchNormStats` for another op, which errors name. @internal */
export function channelStats(op: string, x: Tensor, channelAxis: number | undefined): BatchNormStats {
  const layout = checkChannels(op, x, channelAxis);
  const count = checkCount(op, 'the number of values per channel', layout.outer * layout.inner);
  const { backend } = x;
  const plans = foldsOf(backend.runtime, { x: layout, values: STATE_ROWS, sizes: elementSizes([x]) });
  const state = joinBlocks(op, backend, [STATE_ROWS, layout.channels], plans, (plan) => {
    const slices = backend.empty([plan.slices, STATE_ROWS, plan.block.channels * plan.plane], 'f32');
    launchChannels(backend.runtime, { op, kernel: STATS, plan, bind: { x: read(x), state: result(slices) } });
    return mergeSlices(op, MERGE, slices, plan.plane);
  });
  return statsOf(state, count);
}

/**
 * Merges the statistics of several batches (Chan, Golub and LeVeque). Counts may be unequal or zero.
 * @param parts at least one, all with the same number of channels, on one backend
 * @returns new statistics of all batches together, which the caller disposes of
 * @throws GradfoldError for no parts; ShapeError for parts with different numbers of channels
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
  return collected(op, Object.fromEntries(parts.map((part, i) => [`parts[${i}].state`, part])), count);
}

/**
 * Creates statistics from a state, such as one received from another device.
 * @param given f32 or f16 [4, C]: count, mean, M2, and a correction to add to the mean; or [3, C] without the
 * correction
 * @param count the number of values per channel; replaces the state's first row
 * @returns new statistics, which the caller disposes of
 * @throws ShapeError for another shape; GradfoldError for a count that is not a whole number in [0, 2^32)
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
  return collected(op, { state: { state: given, count } }, count);
}

/** @throws GradfoldError or ShapeError unless these are statistics of `channels` channels. @internal */
export function checkStats(op: string, stats: BatchNormStats, channels: number): void {
  checkFloats(op, { 'stats.mean': stats.mean, 'stats.variance': stats.variance }, [channels]);
  checkFloats(op, { 'stats.state': stats.state }, [4, channels]);
  checkCount(op, 'stats.count', stats.count);
}

/** The rounding error of the mean, [C]. @internal */
export function tailOf({ state }: BatchNormStats): Tensor {
  const channels = state.shape[1] as number;
  return state.view(3 * channels, [channels]);
}

/** The merged statistics of states [4, C] or [3, C]. */
function collected(
  op: string,
  named: Readonly<Record<string, Pick<BatchNormStats, 'state' | 'count'>>>,
  count: number,
): BatchNormStats {
  const parts = Object.values(named);
  const { backend, shape } = (parts[0] as (typeof parts)[number]).state;
  const channels = shape[1] as number;
  const blocks = channelBlocks(backend.runtime.machine, channels, STATE_ROWS * parts.length);
  const items = blocks.map((block) => ({ block }));
  const merged = joinBlocks(op, backend, [STATE_ROWS, channels], items, ({ block }) => {
    const slices = backend.empty([parts.length, STATE_ROWS, block.channels], 'f32');
    for (const [slice, part] of parts.entries()) collect(op, part.state, part.count, block, slices, slice);
    return mergeSlices(op, MERGE, slices);
  });
  const stats = statsOf(merged, count);
  const { mean, variance, state } = stats;
  const inputs = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, part.state]));
  recordCall(
    backend.recorder,
    op,
    inputs,
    { mean, variance, state },
    {
      keeps: { ...inputs, total: state },
      back: (gradients, { total, ...kept }, pass) => {
        const states = kept as Record<string, Tensor>;
        const moments = ofMoments(pass, gradients, count);
        const byState = (name: string, own: number) =>
          pass.wants(name) && own > 0
            ? throughMerge(pass, states[name] as Tensor, total, moments, own, count)
            : undefined;
        return Object.fromEntries(Object.entries(named).map(([name, part]) => [name, byState(name, part.count)]));
      },
    },
  );
  return stats;
}

function collect(op: string, given: Tensor, count: number, block: ChannelBlock, into: Tensor, slice: number): void {
  const [rows, channels] = given.shape as [number, number];
  const rowOf = (row: number) =>
    row < rows ? sliceOf(given, row * channels + block.first, block.channels) : undefined;
  const { runtime } = given.backend;
  const kernel = runtime.decide(collectShader, { tailed: rows === 4, dtype: given.dtype }, collectVariant);
  runtime.launch({
    op,
    kernel,
    bind: { mean: rowOf(1), m2: rowOf(2), tail: rowOf(3), state: sliceOf(into) },
    params: { channels: block.channels, width: block.channels, slice, count },
    groups: Math.ceil(block.channels / ELEMENT_WORKGROUP_SIZE),
  });
}

function collectVariant(facts: { readonly tailed: boolean; readonly dtype: DType }, machine: Machine): KernelSource {
  const put = { part: put1, names: { NAME: 'state' } };
  const rows = ['mean', 'm2', 'tail'].flatMap((name) => readParts(machine, name, facts));
  return {
    entry: 'batch_norm_collect',
    parts: [collectShader, statePart, stateOf, ONE_VALUE, put, merge, special, ...rows],
    constants: { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, HAS_TAIL: facts.tailed, STATE_ROWS },
  };
}

/** The statistics in a state [1, 5, C]. Takes ownership of `state`. */
function statsOf(state: Tensor, count: number): BatchNormStats {
  const channels = state.shape[2] as number;
  const tensors = {
    mean: state.view(channels, [channels]),
    variance: state.view(4 * channels, [channels]),
    state: state.view(0, [4, channels]),
  };
  state.dispose();
  const dispose = () => {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  return { count, ...tensors, dispose, [Symbol.dispose]: dispose };
}

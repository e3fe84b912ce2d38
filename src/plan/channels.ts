import { halfOf } from './boxes.ts';
import { foldTeam, MAX_SERIAL, mapTeam, teamInRegisters } from './channel_teams.ts';
import { type ChannelBlock, type Channels, runsOf } from './channel_windows.ts';
import type { Machine } from './machine.ts';
import { bindingRoom, type ElementSizes, type Pack, type Team, WORDS } from './rows.ts';

export { type MergePlan, planMerge } from './channel_teams.ts';
export { type ChannelBlock, type Channels, channelBlocks, channelsOf } from './channel_windows.ts';

type Serial = number | 'map' | 'inRegisters';

/** How lanes walk channels, by the parameter names of `channels/walk.wgsl`. In stops. */
export interface Walk {
  readonly walked: number;
  readonly inner: number;
  readonly pitch: number;
  readonly stops: number;
  readonly slice_stops: number;
  readonly blocks: number;
  readonly chunks: number;
  readonly phases: number;
  readonly stride: number;
  readonly step: number;
  readonly step_within: number;
  readonly skip: number;
}

/** What one dispatch covers: a range of elements, its channels, and the slices of each channel. */
export interface ChannelWindow {
  /** In elements. */
  readonly first: number;
  readonly size: number;
  readonly firstChannel: number;
  readonly channels: number;
  readonly firstSlice: number;
  readonly slices: number;
  readonly groups: number;
  readonly walk: Walk;
}

/** A pass over the elements of a block of channels. */
export interface ChannelPlan {
  /** Whether it folds channels, maps elements, or does both to channels that it holds in registers. */
  readonly pass: 'fold' | 'map' | 'inRegisters';
  readonly block: ChannelBlock;
  /** Whether each row of a channel is one stop, such as where channels are the last axis. */
  readonly columns: boolean;
  /** Whether some lane folds more blocks than it merges one after another. */
  readonly nested: boolean;
  /** Columns per channel, where lanes walk over rows of the columns of all channels; else 1. */
  readonly plane: number;
  /** Elements per unit. */
  readonly vector: 1 | 4;
  /** Channels that a unit spans; columns that a stop spans where lanes walk over rows. */
  readonly unitChannels: number;
  /** Whether each element of a unit is of another channel, or has its own result. */
  readonly apart: boolean;
  readonly team: Team;
  /** Slices per channel, over all windows. */
  readonly slices: number;
  readonly windows: readonly ChannelWindow[];
}

/** The most elements that one lane folds when the slices would otherwise not fit a binding. */
const MAX_SERIAL_CROWDED = 16 * MAX_SERIAL;
/** Up to this many elements per lane make one slice: a second dispatch would cost more than it saves. */
const SINGLE_SLICE = 256;
/** Blocks that a lane merges one after another; more are nested, by eights, for which it needs more registers. */
const MOST_MERGED = 32;
/** Values per channel of the statistics: count, mean, M2, tail and variance. */
export const STATE_ROWS = 5;
/** Values per channel of the backward pass's sums: Σdy and Σdy·x̂. */
export const SUM_ROWS = 2;
/** Lanes that keep the machine busy. */
const BUSY_LANES = { gpu: 2 ** 16, cpu: 2 ** 11 };
/** Lanes that map halves on a GPU: half as many, since a lane spends as much on its channels as on 20 elements. */
const BUSY_HALVES = 2 ** 15;
/** Rows from which a GPU's lanes walk over rows: a lane spends as much on its channels as on some units. */
const LEAST_ROWS = { fold: 32, map: 8 };
/** The most stops of a mapping lane. */
const MOST_MAP_STOPS = { gpu: 64, cpu: 256 };

/**
 * Plans a fold of each channel of `reads` tensors to `values` values. Returns one plan per block of channels whose
 * slices fit a binding, usually one.
 */
export function planFolds(
  machine: Machine,
  x: Channels,
  values: number,
  sizes = WORDS,
  reads = 1,
): readonly ChannelPlan[] {
  const room = bindingRoom(machine);
  const plans: ChannelPlan[] = [];
  for (let first = 0, most = x.channels; first < x.channels || plans.length === 0; ) {
    const block = { first, channels: Math.min(most, x.channels - first) };
    const fits = ({ slices, plane }: ChannelPlan) => 4 * Math.max(slices, 1) * values * block.channels * plane <= room;
    const across = x.inner % 4 === 0 ? undefined : planAcross(machine, x, block, MAX_SERIAL, sizes, reads);
    let plan = across && fits(across) ? across : planBlock(machine, x, block, MAX_SERIAL, sizes, reads);
    if (!fits(plan)) plan = planBlock(machine, x, block, MAX_SERIAL_CROWDED, sizes, reads);
    if (fits(plan) || block.channels <= 1) {
      plans.push(plan);
      first += Math.max(block.channels, 1);
    } else most = halfOf(block.channels);
  }
  return plans;
}

/** Plans a pass that processes each unit of a block independently. */
export function planMap(
  machine: Machine,
  x: Channels,
  sizes = WORDS,
  block: ChannelBlock = { first: 0, channels: x.channels },
  reads = 1,
): ChannelPlan {
  return planAcross(machine, x, block, 'map', sizes, reads) ?? planBlock(machine, x, block, 'map', sizes, reads);
}

/**
 * Plans a pass whose lanes keep to their places in rows [channels, inner] and walk over the rows: they read vectors,
 * whatever the length of a plane is, and compute no places. Undefined on a CPU, where rows are few, and where a binding
 * holds not all columns.
 */
function planAcross(
  machine: Machine,
  { outer, channels, inner }: Channels,
  block: ChannelBlock,
  serial: Serial,
  sizes: ElementSizes,
  reads: number,
): ChannelPlan | undefined {
  const columns = channels * inner;
  const rows = serial === 'map' ? LEAST_ROWS.map : LEAST_ROWS.fold;
  if (machine.kind === 'cpu' || inner === 1 || channels === 1 || outer < rows) return undefined;
  if (!isQuads(columns) || block.channels < channels) return undefined;
  const all = { first: 0, channels: columns };
  const plan = planBlock(machine, { outer, channels: columns, inner: 1 }, all, serial, sizes, reads, inner);
  if (plan.windows.some((window) => window.channels < columns)) return undefined;
  return { ...plan, block, windows: plan.windows.map((window) => ({ ...window, channels })) };
}

/**
 * Plans the training pass over channels that stay in registers between the fold and the map: each channel is one slice,
 * of which every lane has one block. Returns undefined if they do not fit.
 */
export function planInRegisters(machine: Machine, x: Channels, sizes = WORDS): ChannelPlan | undefined {
  if (x.outer * x.channels * x.inner === 0 || 4 * STATE_ROWS * x.channels > bindingRoom(machine)) return undefined;
  const plan = planBlock(machine, x, { first: 0, channels: x.channels }, 'inRegisters', sizes, 1);
  return plan.team.inRegisters && plan.slices === 1 ? plan : undefined;
}

/** Plans a block. @param serial the most elements that a lane folds; 'map' folds none, 'inRegisters' one block */
function planBlock(
  machine: Machine,
  x: Channels,
  block: ChannelBlock,
  serial: Serial,
  sizes: ElementSizes,
  reads: number,
  plane = 1,
): ChannelPlan {
  const { outer, channels, inner } = x.channels === 1 ? { outer: 1, channels: 1, inner: x.outer * x.inner } : x;
  const last = inner === 1;
  const quads = last ? [channels, block.first, block.channels].every(isQuads) : isQuads(inner);
  const vector = quads ? 4 : 1;
  const pack: Pack = quads && (last ? plane : inner) % (4 * sizes.pack) === 0 ? sizes.pack : 1;
  const stop = vector * pack;
  const unitChannels = last ? stop : 1;
  const apart = last && quads && !isQuads(plane);
  const runs = runsOf(machine, { outer, channels, inner }, block, { bytes: sizes.bytes, stop, unitChannels });
  const longest = runs[0] ? runs[0].rows * runs[0].inner : 0;
  const teamFor = serial === 'map' ? mapTeam : serial === 'inRegisters' ? teamInRegisters : foldTeam;
  const team = teamFor(machine, longest, { columns: last, vector, pack, reads });
  const columns = runs.every((run) => run.inner * unitChannels === stop);
  const windows: ChannelWindow[] = [];
  let slices = 0;
  let nested = false;
  for (const run of runs) {
    // A unit of four channels is one stop.
    const grid = { rows: run.rows, inner: (run.inner * unitChannels) / stop, pitch: (channels * inner) / stop };
    const walked = run.ranges[0].channels / unitChannels;
    const lanes =
      serial === 'map' && machine.kind === 'gpu' && sizes.bytes === 2 ? BUSY_HALVES : BUSY_LANES[machine.kind];
    const share = Math.ceil((grid.rows * grid.inner * walked) / lanes);
    const cut = cutSlices(machine, team, serial, grid, { columns, walked, stop, unitChannels, share });
    const count = cut.chunks * cut.phases;
    nested ||= cut.blocks > MOST_MERGED;
    for (const { first, channels: within } of run.ranges) {
      const walked = within / unitChannels;
      windows.push({
        first: (run.row * channels + first) * inner + run.within,
        size: ((run.rows - 1) * channels + within - 1) * inner + run.inner,
        firstChannel: first,
        channels: within,
        firstSlice: slices,
        slices: count,
        groups: Math.ceil((walked * count * team.lanesPerRow) / team.workgroupSize),
        walk: { walked, ...cut },
      });
    }
    slices += count;
  }
  const pass = typeof serial === 'string' ? serial : 'fold';
  return { pass, block, columns, nested, plane, vector, apart, unitChannels, team, slices, windows };
}

/** A channel's stops in a run: `rows` rows of `inner`, which start `pitch` apart. */
interface Grid {
  readonly rows: number;
  readonly inner: number;
  readonly pitch: number;
}

/** What else decides how a channel's stops are cut into slices. */
interface Cut extends Pick<ChannelPlan, 'columns' | 'unitChannels'> {
  readonly walked: number;
  /** Elements per stop. */
  readonly stop: number;
  /** Stops per lane that keep the machine busy. */
  readonly share: number;
}

function cutSlices(
  machine: Machine,
  { lanesPerRow, workgroupSize, vectorsPerLane, pack }: Team,
  serial: Serial,
  { rows, inner, pitch }: Grid,
  { columns, walked, stop, unitChannels, share }: Cut,
): Omit<Walk, 'walked'> {
  const stops = rows * inner;
  const blockStops = vectorsPerLane / pack;
  const single =
    serial === 'inRegisters' || (serial !== 'map' && stops * (stop / unitChannels) <= SINGLE_SLICE * lanesPerRow);
  // With few columns, lanes of a workgroup take turns at the rows, so that all have neighbors to read.
  const phases =
    !columns || single ? 1 : Math.max(1, Math.min(Math.ceil(workgroupSize / walked), Math.ceil(stops / blockStops)));
  const stride = phases * lanesPerRow;
  const [least, most] =
    typeof serial === 'string'
      ? [blockStops, MOST_MAP_STOPS[machine.kind]]
      : [(64 * unitChannels) / stop, serial / stop];
  // When slices must be few, lanes fold as much as they may.
  const wanted = serial === MAX_SERIAL_CROWDED ? most : Math.min(most, Math.max(least, share));
  const each = single ? stops : wanted;
  const atOnce = stride * blockStops;
  const blocks = Math.ceil(stops / Math.ceil(stops / (each * stride)) / atOnce);
  const sliceStops = atOnce * blocks;
  return {
    inner,
    pitch,
    stops,
    slice_stops: sliceStops,
    blocks,
    chunks: Math.ceil(stops / sliceStops),
    phases,
    stride,
    step: Math.floor(stride / inner) * pitch + (stride % inner),
    step_within: stride % inner,
    skip: pitch - inner,
  };
}

function isQuads(length: number): boolean {
  return length % 4 === 0;
}

import { ELEMENT_WIDTH } from './elements.ts';
import type { Machine } from './machine.ts';
import { type Team, windowRows } from './rows.ts';

/** x [N, C, ...] as per-channel kernels see it: [outer, channels, inner], row-major. */
export interface Channels {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** How lanes are dealt to channels, under the names that `channels/walk.wgsl` has in `Params`. In units. */
export interface Walk {
  readonly channels: number;
  readonly inner: number;
  readonly units: number;
  readonly slice_units: number;
  readonly chunks: number;
  readonly phases: number;
  readonly stride: number;
  readonly step: number;
  readonly step_within: number;
  readonly skip: number;
}

/** Rows of the outer axis that one dispatch covers, in elements, and the slices of each channel that it makes of them. */
export interface ChannelWindow {
  readonly first: number;
  readonly size: number;
  readonly firstSlice: number;
  readonly slices: number;
  readonly groups: number;
  readonly walk: Walk;
}

export interface ChannelPlan {
  /** Elements a unit, and channels that a unit spans. */
  readonly vector: 1 | 4;
  readonly unitChannels: 1 | 4;
  readonly team: Team;
  /** Of each channel, over all windows. */
  readonly slices: number;
  readonly windows: readonly ChannelWindow[];
}

/** 'fold': a value per channel and slice, from lanes in a team. 'map': each unit for itself. */
export type ChannelPurpose = 'fold' | 'map';

/** Elements a lane lifts at once when it folds; units that it fetches at once when it maps. */
const FOLD_BLOCK = 16;
const MAP_BLOCK = 4;
/** The most elements that one lane folds: long serial sums lose digits. */
const MAX_SERIAL = 1024;
/** Columns up to this long are one slice: a second dispatch would cost more than it saves. */
const SINGLE_SLICE = 256;
/** Lanes that keep the machine busy. */
const BUSY_LANES = { gpu: 2 ** 18, cpu: 2 ** 11 };

/** A shape by its channel axis. */
export function channelsOf(shape: readonly number[], axis: number): Channels {
  const product = (lengths: readonly number[]) => lengths.reduce((all, length) => all * length, 1);
  return {
    outer: product(shape.slice(0, axis)),
    channels: shape[axis] as number,
    inner: product(shape.slice(axis + 1)),
  };
}

/**
 * Plans a pass over all elements by channel.
 * @param aligned whether what is read and written can be bound as vectors of four
 * @throws ShapeError when all channels of one outer index are larger than a binding.
 */
export function planChannels(
  op: string,
  machine: Machine,
  x: Channels,
  purpose: ChannelPurpose,
  aligned: boolean,
): ChannelPlan {
  const { outer, channels, inner } = flatten(machine, x);
  const { perWindow, aligned: windowsAligned } = windowRows(op, machine, channels * inner);
  const columns = inner === 1;
  const divisible = columns ? purpose === 'map' && channels % 4 === 0 : inner % 4 === 0;
  const vector = aligned && windowsAligned && divisible ? 4 : 1;
  const unitChannels = columns ? vector : 1;
  const grid = { channels: channels / unitChannels, inner: (inner * unitChannels) / vector };
  const longest = Math.min(outer, perWindow) * grid.inner;
  const team = purpose === 'fold' ? foldTeam(machine, columns, longest, vector) : mapTeam(machine, columns, longest);
  const windows: ChannelWindow[] = [];
  let slices = 0;
  for (let row = 0; row < outer && channels * inner > 0; row += perWindow) {
    const rows = Math.min(perWindow, outer - row);
    const walk = planWalk(machine, team, purpose, { outer: rows, ...grid }, vector);
    const count = walk.chunks * walk.phases;
    windows.push({
      first: row * channels * inner,
      size: rows * channels * inner,
      firstSlice: slices,
      slices: count,
      groups: Math.ceil((grid.channels * count * team.team) / team.width),
      walk,
    });
    slices += count;
  }
  return { vector, unitChannels, team, slices, windows };
}

/** The team that merges the slices of a channel. */
export function planMerge(machine: Machine, channels: number, slices: number): { team: Team; groups: number } {
  const lanes = machine.kind === 'cpu' ? (slices < 64 ? 1 : cpuLanes(machine)) : powerOfTwo(slices / 4, 256);
  const team = teamOf(machine, lanes, 1);
  return { team, groups: Math.ceil((channels * team.team) / team.width) };
}

/** One channel is one run of elements, if a binding holds it. */
function flatten({ maxBindingBytes, offsetAlignment }: Machine, x: Channels): Channels {
  const elements = x.outer * x.inner;
  if (x.channels !== 1 || elements === 0 || 4 * elements > maxBindingBytes - offsetAlignment) return x;
  return { outer: 1, channels: 1, inner: elements };
}

function planWalk(
  machine: Machine,
  { team, width, block }: Team,
  purpose: ChannelPurpose,
  grid: Channels,
  vector: number,
): Walk {
  const { outer, channels, inner } = grid;
  const units = outer * inner;
  const single = purpose === 'fold' && units <= (SINGLE_SLICE / vector) * team;
  // Few columns leave lanes of a workgroup without neighbours to read, unless they take the rows in turn.
  const phases = inner > 1 || single ? 1 : Math.max(1, Math.min(Math.ceil(width / channels), Math.ceil(units / block)));
  const stride = phases * team;
  const [least, most] =
    purpose === 'fold' ? [64 / vector, MAX_SERIAL / vector] : [MAP_BLOCK, machine.kind === 'cpu' ? 256 : 32];
  const share = Math.ceil((units * channels) / BUSY_LANES[machine.kind]);
  const serial = single ? units : Math.min(most, Math.max(least, share));
  const sliceUnits = stride * block * Math.ceil(units / Math.ceil(units / (serial * stride)) / (stride * block));
  return {
    channels,
    inner,
    units,
    slice_units: sliceUnits,
    chunks: Math.ceil(units / sliceUnits),
    phases,
    stride,
    step: Math.floor(stride / inner) * channels * inner + (stride % inner),
    step_within: stride % inner,
    skip: (channels - 1) * inner,
  };
}

/** A lane for each column; elsewhere a team as long as the channel makes it worth, without barriers on a processor. */
function foldTeam(machine: Machine, columns: boolean, units: number, vector: number): Team {
  const block = FOLD_BLOCK / vector;
  if (columns) return teamOf(machine, 1, block);
  if (machine.kind === 'cpu') return teamOf(machine, units * vector < MAX_SERIAL ? 1 : cpuLanes(machine), block);
  return teamOf(machine, powerOfTwo(units / (2 * block), 256), block);
}

/** Lanes of a map's team only share a channel. On a processor they are the few that read one cache line after another. */
function mapTeam({ kind, maxInvocations }: Machine, columns: boolean, units: number): Team {
  const lanes = columns ? 1 : powerOfTwo(units / MAP_BLOCK, kind === 'cpu' ? 8 : 64);
  const width = Math.min(ELEMENT_WIDTH, maxInvocations);
  return { fold: 'lane', team: lanes, width, block: MAP_BLOCK, held: false, subgroups: 1, pack: 1, seatsApart: 1 };
}

function teamOf(machine: Machine, wanted: number, block: number): Team {
  const { subgroup, maxInvocations } = machine;
  const lanes = Math.min(wanted, maxInvocations);
  const common = { block, held: false, pack: 1, seatsApart: 1 } as const;
  const fold = machine.fold ?? (lanes === 1 ? 'lane' : subgroup && lanes >= subgroup.min ? 'subgroup' : 'workgroup');
  if (fold === 'lane') return { fold, team: 1, width: Math.min(64, maxInvocations), subgroups: 1, ...common };
  if (fold === 'subgroup') {
    const { min } = subgroup as { min: number };
    const team = Math.max(lanes, min);
    return { fold, team, width: team, subgroups: Math.ceil(team / min), ...common };
  }
  const team = Math.max(lanes, 2);
  return { fold, team, width: Math.max(team, Math.min(128, maxInvocations)), subgroups: 1, ...common };
}

/** Lanes a team on a processor: a subgroup, which folds without a barrier, or one. */
function cpuLanes({ subgroup }: Machine): number {
  return subgroup?.min ?? 1;
}

/** The least power of two from `least` up, held to [1, most]. */
function powerOfTwo(least: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, least))));
}

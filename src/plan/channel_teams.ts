import { ELEMENT_WORKGROUP_SIZE } from './elements.ts';
import type { Machine } from './machine.ts';
import { foldersOf, type Pack, type Team } from './rows.ts';

/** Elements that a folding lane lifts at once. For halves, twice as many. */
const FOLD_BLOCK = 16;
/** Units that a mapping lane of a CPU fetches at once; for halves, twice as many. */
const CPU_MAP_BLOCK = 4;
/** Units that a mapping lane of a GPU fetches at once, by their elements: enough loads in flight, in 32 registers. */
const GPU_MAP_BLOCK = { 1: 16, 4: 8 };
/** Elements of four columns together. A GPU has registers for more, so that blocks are merged less often. */
const COLUMNS_BLOCK = { gpu: 32, cpu: FOLD_BLOCK };
/** Units that a lane holds while the statistics of its channel are computed: 64 registers of f32 on a GPU. */
const MOST_IN_REGISTERS = { gpu: 16, cpu: 4 };
const COLUMN_LANES = 16;
/** Units of a channel in registers for which a GPU takes another lane; for halves, twice as many. */
const HELD_UNITS = 4;
/** The most elements that one lane folds: long serial sums lose digits. */
export const MAX_SERIAL = 1024;

/** How lanes fetch a channel. */
interface Unit {
  readonly columns: boolean;
  readonly vector: 1 | 4;
  readonly pack: Pack;
  /** The number of tensors that are walked together. */
  readonly reads: number;
}

/** Returns one lane per column; otherwise a team whose size fits the channel's length, without barriers on a CPU. */
export function foldTeam(machine: Machine, length: number, unit: Unit): Team {
  const { columns, vector, pack, reads } = unit;
  const elements = columns && vector === 4 ? COLUMNS_BLOCK[machine.kind] / wideWaves(machine) : FOLD_BLOCK;
  const block = (pack * elements) / vector / (columns ? reads : sharing(machine, unit));
  if (columns) return teamOf(machine, 1, block, pack);
  if (machine.kind === 'cpu') return teamOf(machine, length < MAX_SERIAL ? 1 : cpuLanes(machine), block, pack);
  return teamOf(machine, powerOfTwo(length / (2 * FOLD_BLOCK * pack), 256), block, pack);
}

/**
 * Returns the team that holds a channel of `length` elements; `inRegisters` says whether it can. Lanes of a column are
 * a stride apart, so that neighbors read neighbors; they are few, since folding four channels each takes workgroup
 * memory.
 */
export function teamInRegisters(machine: Machine, length: number, { columns, vector, pack }: Unit): Team {
  const { kind } = machine;
  const units = columns ? length : length / vector;
  const most =
    kind === 'gpu' ? (columns ? COLUMN_LANES : 256) : columns || units <= MOST_IN_REGISTERS.cpu ? 1 : cpuLanes(machine);
  const lanes = kind === 'gpu' ? powerOfTwo(units / (pack * HELD_UNITS), most) : most;
  const apart = columns && lanes > 1 && machine.fold === undefined;
  const team = teamOf(apart ? { ...machine, fold: 'workgroup' } : machine, lanes, 1, pack);
  const vectorsPerLane = pack * 2 ** Math.ceil(Math.log2(Math.max(1, units / (team.lanesPerRow * pack))));
  return {
    ...team,
    vectorsPerLane,
    inRegisters: vectorsPerLane <= MOST_IN_REGISTERS[kind],
    laneStride: apart ? team.workgroupSize / team.lanesPerRow : 1,
  };
}

/**
 * Returns the team of a map, whose lanes share a channel but never fold. On a CPU they are few and read consecutive
 * cache lines.
 */
export function mapTeam(machine: Machine, elements: number, unit: Unit): Team {
  const { kind, maxInvocations } = machine;
  const { columns, vector, pack } = unit;
  const vectorsPerLane = mapBlock(machine, unit);
  const lanes = columns ? 1 : powerOfTwo(elements / (vector * vectorsPerLane), kind === 'cpu' ? 8 : 64);
  const workgroupSize = Math.min(ELEMENT_WORKGROUP_SIZE, maxInvocations);
  return {
    fold: 'lane',
    lanesPerRow: lanes,
    workgroupSize,
    vectorsPerLane,
    inRegisters: false,
    subgroups: 1,
    pack,
    laneStride: 1,
  };
}

/** Returns the units that a mapping lane fetches at once. */
function mapBlock(machine: Machine, unit: Unit): number {
  if (machine.kind === 'cpu') return (CPU_MAP_BLOCK * unit.pack) / sharing(machine, unit);
  return Math.max(unit.pack, GPU_MAP_BLOCK[unit.vector] / (powerOfTwo(unit.reads, 4) * wideWaves(machine)));
}

/** Returns 2 where all subgroups have 64 lanes, as on AMD's GCN: a lane has half the registers there. Else 1. */
function wideWaves({ subgroup }: Machine): number {
  return subgroup && subgroup.min >= 64 ? 2 : 1;
}

/**
 * Returns the number of tensors that share the few registers of a CPU: spilling costs more than a larger block saves.
 */
function sharing({ kind }: Machine, { vector, reads }: Unit): number {
  return kind === 'cpu' && vector === 4 ? reads : 1;
}

/** How the slices of channels are merged, with one team per channel. */
export interface MergePlan {
  readonly team: Team;
  readonly groups: number;
}

export function planMerge(machine: Machine, channels: number, slices: number): MergePlan {
  const lanes = machine.kind === 'cpu' ? (slices < 64 ? 1 : cpuLanes(machine)) : powerOfTwo(slices / 4, 256);
  const team = teamOf(machine, lanes, 1, 1);
  return { team, groups: Math.ceil((channels * team.lanesPerRow) / team.workgroupSize) };
}

function teamOf(machine: Machine, wanted: number, vectorsPerLane: number, pack: Pack): Team {
  const lanes = Math.min(wanted, machine.maxInvocations);
  return { ...foldersOf(machine, lanes), vectorsPerLane, inRegisters: false, pack, laneStride: 1 };
}

/** Returns the lanes per team on a CPU: a subgroup, which folds without a barrier, or one. */
function cpuLanes({ subgroup }: Machine): number {
  return subgroup?.min ?? 1;
}

/** Returns the smallest power of two that is at least `least`, clamped to [1, most]. */
function powerOfTwo(least: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, least))));
}

import { ELEMENT_WORKGROUP_SIZE } from './elements.ts';
import type { Machine } from './machine.ts';
import { foldersOf, type Pack, type Team } from './rows.ts';

/** Elements a lane lifts at once when it folds; units that it fetches at once when it maps. Of halves, twice as many. */
const FOLD_BLOCK = 16;
export const MAP_BLOCK = 4;
/** Elements of four columns together: a GPU's registers hold more, so that blocks are merged less often. */
const COLUMNS_BLOCK = { gpu: 32, cpu: FOLD_BLOCK };
/** Units that a lane holds while its channel's statistics are made: 64 registers of f32 on a GPU. */
const MOST_IN_REGISTERS = { gpu: 16, cpu: 4 };
const COLUMN_LANES = 16;
/** The most elements that one lane folds: long serial sums lose digits. */
export const MAX_SERIAL = 1024;

/** What lanes fetch of a channel. */
interface Unit {
  readonly columns: boolean;
  readonly vector: 1 | 4;
  readonly pack: Pack;
  /** Tensors that are walked together. */
  readonly reads: number;
}

/** A lane for each column; elsewhere a team as long as the channel makes it worth, without barriers on a processor. */
export function foldTeam(machine: Machine, length: number, unit: Unit): Team {
  const { columns, vector, pack, reads } = unit;
  const elements = columns && vector === 4 ? COLUMNS_BLOCK[machine.kind] : FOLD_BLOCK;
  const block = (pack * elements) / vector / (columns ? reads : sharing(machine, unit));
  if (columns) return teamOf(machine, 1, block, pack);
  if (machine.kind === 'cpu') return teamOf(machine, length < MAX_SERIAL ? 1 : cpuLanes(machine), block, pack);
  return teamOf(machine, powerOfTwo(length / (2 * FOLD_BLOCK * pack), 256), block, pack);
}

/**
 * The team that holds a channel of `length` elements; `inRegisters` says whether it can. Lanes of columns stand apart, so
 * that neighbors read neighbors; they are few, since what they fold of four channels each takes workgroup memory.
 */
export function teamInRegisters(machine: Machine, length: number, { columns, vector, pack }: Unit): Team {
  const { kind } = machine;
  const units = columns ? length : length / vector;
  const most =
    kind === 'gpu' ? (columns ? COLUMN_LANES : 256) : columns || units <= MOST_IN_REGISTERS.cpu ? 1 : cpuLanes(machine);
  const lanes = kind === 'gpu' ? powerOfTwo(units / (pack * MAP_BLOCK), most) : most;
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

/** Lanes of a map's team only share a channel. On a processor they are the few that read one cache line after another. */
export function mapTeam(machine: Machine, elements: number, unit: Unit): Team {
  const { kind, maxInvocations } = machine;
  const { columns, vector, pack } = unit;
  const vectorsPerLane = (MAP_BLOCK * pack) / sharing(machine, unit);
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

/** Tensors that share the few registers of a processor: what it spills costs more than a block saves. */
function sharing({ kind }: Machine, { vector, reads }: Unit): number {
  return kind === 'cpu' && vector === 4 ? reads : 1;
}

/** How the slices of channels are merged, a team a channel. */
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

/** Lanes a team on a processor: a subgroup, which folds without a barrier, or one. */
function cpuLanes({ subgroup }: Machine): number {
  return subgroup?.min ?? 1;
}

/** The least power of two from `least` up, held to [1, most]. */
function powerOfTwo(least: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, least))));
}

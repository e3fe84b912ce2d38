import { ELEMENT_WIDTH } from './elements.ts';
import type { Machine } from './machine.ts';
import { foldersOf, type Pack, type Team } from './rows.ts';

/** Elements a lane lifts at once when it folds; units that it fetches at once when it maps. Of halves, twice as many. */
const FOLD_BLOCK = 16;
export const MAP_BLOCK = 4;
/** The most elements that one lane folds: long serial sums lose digits. */
export const MAX_SERIAL = 1024;

/** What lanes fetch of a channel. */
interface Unit {
  readonly columns: boolean;
  readonly vector: 1 | 4;
  readonly pack: Pack;
}

/** A lane for each column; elsewhere a team as long as the channel makes it worth, without barriers on a processor. */
export function foldTeam(machine: Machine, elements: number, { columns, vector, pack }: Unit): Team {
  const block = (FOLD_BLOCK * pack) / vector;
  if (columns) return teamOf(machine, 1, block, pack);
  if (machine.kind === 'cpu') return teamOf(machine, elements < MAX_SERIAL ? 1 : cpuLanes(machine), block, pack);
  return teamOf(machine, powerOfTwo(elements / (2 * FOLD_BLOCK * pack), 256), block, pack);
}

/** Lanes of a map's team only share a channel. On a processor they are the few that read one cache line after another. */
export function mapTeam({ kind, maxInvocations }: Machine, elements: number, { columns, vector, pack }: Unit): Team {
  const block = MAP_BLOCK * pack;
  const lanes = columns ? 1 : powerOfTwo(elements / (vector * block), kind === 'cpu' ? 8 : 64);
  const width = Math.min(ELEMENT_WIDTH, maxInvocations);
  return { fold: 'lane', team: lanes, width, block, held: false, subgroups: 1, pack, seatsApart: 1, apart: false };
}

/** The team that merges the slices of a channel. */
export function planMerge(machine: Machine, channels: number, slices: number): { team: Team; groups: number } {
  const lanes = machine.kind === 'cpu' ? (slices < 64 ? 1 : cpuLanes(machine)) : powerOfTwo(slices / 4, 256);
  const team = teamOf(machine, lanes, 1, 1);
  return { team, groups: Math.ceil((channels * team.team) / team.width) };
}

function teamOf(machine: Machine, wanted: number, block: number, pack: Pack): Team {
  const lanes = Math.min(wanted, machine.maxInvocations);
  return { ...foldersOf(machine, lanes), block, held: false, pack, seatsApart: 1, apart: false };
}

/** Lanes a team on a processor: a subgroup, which folds without a barrier, or one. */
function cpuLanes({ subgroup }: Machine): number {
  return subgroup?.min ?? 1;
}

/** The least power of two from `least` up, held to [1, most]. */
function powerOfTwo(least: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, least))));
}

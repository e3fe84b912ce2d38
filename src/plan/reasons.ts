import type { ChannelPlan, MergePlan } from './channels.ts';
import { ELEMENT_WORKGROUP_SIZE, type ElementPlan } from './elements.ts';
import { gridOf } from './grid.ts';
import type { Machine } from './machine.ts';
import type { MatmulPlan } from './matmul.ts';
import type { ReductionPlan } from './reduction.ts';
import type { RowPlan, Team } from './rows.ts';

/** Strided rows that do not fit a binding are copied with their axis last, and the results are copied back. */
export interface TransposePlan {
  readonly transposed: 'in' | 'out';
}

/** A plan of any kind. */
export type Plan = RowPlan | ReductionPlan | ChannelPlan | MergePlan | ElementPlan | MatmulPlan | TransposePlan;

/** A decision about a kernel, with its reason if it has one. */
export interface Decision {
  readonly what: string;
  readonly value: string;
  readonly why?: string;
}

/** The launches of one kernel by one plan: the workgroups of each, and the layout of rows if there are rows. */
export interface Launched {
  readonly groups: readonly number[];
  readonly rows: number;
  readonly inner: number;
}

/** Returns what a plan decided on a machine, and why. */
export function decisionsOf(machine: Machine, plan: Plan | undefined, launched: Launched): readonly Decision[] {
  return [...ownDecisions(machine, plan, launched), ...gridDecisions(machine, plan, launched)];
}

/** Returns how a machine converts halves, and why. */
export function halvesOf({ widen, narrow, halves }: Machine): string {
  const reads = widen === 'unpack' ? 'read by unpack2x16float' : 'read by integers, since unpack2x16float is not exact';
  const rounds = {
    pack: 'rounded by pack2x16float',
    types: 'rounded by the type f16',
    integers: "rounded by integers, since no conversion of this adapter's rounds to nearest even",
  }[narrow];
  const stores = halves === 'native' ? 'stored singly' : 'stored singly as parts of words, atomically';
  const slow = widen === 'integers' || narrow === 'integers';
  return `halves are ${reads}; ${rounds}; ${stores}${slow ? '. Results are the same; where f16 proves slower than f32, use f32' : ''}`;
}

function ownDecisions(machine: Machine, plan: Plan | undefined, launched: Launched): readonly Decision[] {
  if (!plan) return [];
  if ('transposed' in plan) return [transposeDecision(plan)];
  if ('tiles' in plan) return matmulDecisions(machine, plan);
  if ('unitChannels' in plan) return channelDecisions(machine, plan);
  if ('sliceCols' in plan) return rowDecisions(machine, plan, launched);
  if ('team' in plan) return teamDecisions(machine, plan.team, 'channel');
  return [
    {
      what: 'lanes',
      value: `${ELEMENT_WORKGROUP_SIZE} per workgroup, ${plan.pack === 1 ? 'four' : 'eight'} elements each`,
    },
  ];
}

function transposeDecision({ transposed }: TransposePlan): Decision {
  const why =
    transposed === 'in'
      ? 'the rows of one outer index do not fit a binding: their axis is moved last'
      : 'the results are moved back';
  return { what: 'axes', value: 'transposed', why };
}

function rowDecisions(machine: Machine, plan: RowPlan | ReductionPlan, { rows, inner }: Launched): Decision[] {
  const { team, slices, sliceCols, aligned } = plan;
  const strided = inner > 1;
  const what = slices > 1 ? 'slice' : 'row';
  const held = slices > 1 ? 'the whole slice, in registers' : 'the whole row, held in registers and read once';
  return [
    ...teamDecisions(machine, team, what, strided ? stridedReason(machine, team, rows) : undefined),
    slices > 1
      ? {
          what: 'slices per row',
          value: `${slices} of ${sliceCols}`,
          why: 'rows are few and long: slices keep the adapter busy',
        }
      : { what: 'slices per row', value: '1' },
    {
      what: 'vectors per lane',
      value: `${team.vectorsPerLane} of four elements${team.pack > 1 ? `, ${team.pack} from 16 bytes` : ''}`,
      why: team.inRegisters
        ? held
        : 'one block at a time: the row does not fit in registers and is fetched again for each pass',
    },
    loadsOf(strided, team.apart, aligned),
  ];
}

function stridedReason({ kind }: Machine, { lanesPerRow, laneStride }: Team, rows: number): string {
  const neighbors = 'neighboring lanes read neighboring rows';
  if (lanesPerRow === 1) return kind === 'cpu' ? `${neighbors}; this adapter runs on the CPU` : neighbors;
  if (laneStride === 1) return 'neighboring lanes share a row';
  return `${laneStride} ${neighbors}, and ${lanesPerRow} lanes share a row, since there are only ${rows} rows`;
}

function loadsOf(strided: boolean, short: boolean, aligned: boolean): Decision {
  if (strided) return { what: 'loads', value: 'one element', why: "a row's elements are not contiguous" };
  if (short) return { what: 'loads', value: 'one element', why: 'rows are short and end between vectors' };
  if (aligned) return { what: 'loads', value: '16 bytes' };
  return { what: 'loads', value: 'one element', why: 'windows start between vectors' };
}

function channelDecisions(machine: Machine, { pass, team, slices, vector, plane }: ChannelPlan): Decision[] {
  const folds = pass === 'fold';
  const rowsReason = 'lanes walk over the rows, so that their loads are vectors and their steps the same';
  const apart = folds
    ? 'neighbors in memory belong to other channels, or end between vectors'
    : 'rows end between vectors';
  const loads = { what: 'loads', value: `${4 * vector} bytes`, ...(vector === 1 && { why: apart }) };
  if (pass === 'map')
    return [
      plane > 1
        ? { what: 'lanes', value: `one per place in a row, ${team.workgroupSize} per workgroup`, why: rowsReason }
        : { what: 'lanes', value: `${team.lanesPerRow} that share a channel, ${team.workgroupSize} per workgroup` },
      loads,
    ];
  if (folds) {
    if (plane > 1)
      return [
        ...teamDecisions(machine, team, 'slice of a column'),
        { what: 'slices per column', value: String(slices) },
        { what: 'columns per channel', value: String(plane), why: rowsReason },
        loads,
      ];
    const why = slices > 1 ? { why: 'enough lanes to keep the adapter busy, and no long serial sums' } : {};
    return [
      ...teamDecisions(machine, team, 'slice of a channel'),
      { what: 'slices per channel', value: String(slices), ...why },
      loads,
    ];
  }
  const neighbors = team.laneStride > 1 ? 'neighboring lanes read neighboring channels' : undefined;
  return [
    ...teamDecisions(machine, team, 'channel', neighbors),
    {
      what: 'units per lane',
      value: `${team.vectorsPerLane} of ${vector === 4 ? 'four elements' : 'one element'}`,
      why: 'the whole channel, held in registers and read once',
    },
    loads,
  ];
}

function matmulDecisions({ kind }: Machine, plan: MatmulPlan): Decision[] {
  const { tiles, edge, workgroupSize, slices, sliceK } = plan;
  const shared = tiles === 'workgroup';
  const alone =
    kind === 'cpu'
      ? 'a barrier costs more here than sharing saves'
      : 'too few elements, or too short a k, to share in workgroups';
  return [
    {
      what: 'tiles',
      value: `${edge} × ${edge} elements per ${tiles}`,
      why: shared ? 'lanes share their inputs in workgroup memory' : alone,
    },
    {
      what: 'lanes per workgroup',
      value: String(workgroupSize),
      ...(shared && { why: `${edge ** 2 / workgroupSize} elements each` }),
    },
    slices > 1
      ? {
          what: 'slices of k',
          value: `${slices} of ${sliceK}`,
          why: 'the tiles alone would leave lanes idle; add_slices sums them',
        }
      : { what: 'slices of k', value: '1' },
  ];
}

function teamDecisions(
  machine: Machine,
  { fold, lanesPerRow, workgroupSize, subgroups }: Team,
  what: string,
  lanesWhy?: string,
): Decision[] {
  const why = {
    lane: machine.kind === 'cpu' ? 'a barrier costs more than a row on a CPU' : 'too short to share',
    subgroup:
      subgroups > 1
        ? `folded natively in each of up to ${subgroups} subgroups, whose values are merged after one barrier`
        : 'folded natively in one subgroup, without a barrier',
    workgroup: 'folded by a tree in workgroup memory: no subgroups here, or too short for one',
  }[fold];
  return [
    { what: 'fold', value: fold, why },
    { what: `lanes per ${what}`, value: String(lanesPerRow), ...(lanesWhy !== undefined && { why: lanesWhy }) },
    {
      what: 'lanes per workgroup',
      value: String(workgroupSize),
      ...(workgroupSize > lanesPerRow && { why: `${workgroupSize / lanesPerRow} teams side by side` }),
    },
  ];
}

function gridDecisions(machine: Machine, plan: Plan | undefined, { groups }: Launched): Decision[] {
  const [x, y] = gridOf(groups[0] ?? 0, machine.maxGroups);
  const all = groups.reduce((sum, each) => sum + each, 0);
  const rows = groups.length > 1 && plan && 'sliceCols' in plan ? plan.windows[0]?.rows : undefined;
  return [
    {
      what: 'workgroups',
      value: `${all}, as ${x} × ${y}`,
      ...(y > 1 && { why: `at most ${machine.maxGroups} per dimension` }),
    },
    {
      what: 'windows',
      value: String(groups.length),
      ...(rows !== undefined && { why: `${rows} rows each, as many as fit a binding` }),
    },
  ];
}

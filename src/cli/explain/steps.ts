import { type ChannelPlan, type Channels, planFolds, planHeld, planMap, planMerge } from '../../plan/channels.ts';
import { ELEMENT_WIDTH, planElements } from '../../plan/elements.ts';
import { gridOf } from '../../plan/grid.ts';
import type { Machine } from '../../plan/machine.ts';
import type { MatmulPlan } from '../../plan/matmul.ts';
import { planReduction, type ReductionPlan } from '../../plan/reduction.ts';
import { type RowPlan, type Rows, type Team, WORDS } from '../../plan/rows.ts';

/** One kernel's part in an op: what was decided, each with its reason where it has one. */
export interface Step {
  readonly kernel: string;
  readonly decisions: readonly Decision[];
}

export interface Decision {
  readonly what: string;
  readonly value: string;
  readonly why?: string;
}

interface Window {
  readonly groups: number;
}

export function rowSteps(kernel: string, machine: Machine, plan: RowPlan, { outer, inner }: Rows): Step[] {
  const { team, windows, aligned, slices, sliceCols } = plan;
  const strided = inner > 1;
  const rowsEach = windows[0]?.rows ?? 0;
  const held = slices > 1 ? 'the whole slice, in registers' : 'the whole row: it is held in registers and read once';
  const decisions = [
    ...teamDecisions(
      machine,
      team,
      slices > 1 ? 'slice' : 'row',
      strided ? stridedReason(machine, team, outer * inner) : undefined,
    ),
    ...(slices > 1
      ? [
          {
            what: 'slices a row',
            value: `${slices} of ${sliceCols}`,
            why: 'rows are few and long: their slices keep the adapter busy',
          },
        ]
      : []),
    {
      what: 'vectors a lane',
      value: `${team.block} of four elements${team.pack > 1 ? `, ${team.pack} from 16 bytes` : ''}`,
      why: team.held
        ? held
        : 'a block at a time: the row is longer than registers hold, and is fetched again where it is needed again',
    },
    ...gridDecisions(
      machine,
      windows,
      windows.length > 1 ? `${rowsEach} rows each, as many as a binding holds` : undefined,
    ),
    loadsOf(strided, team.apart, aligned),
  ];
  if (slices === 1) return [{ kernel, decisions }];
  return [
    { kernel: `${kernel}, of slices`, decisions },
    { kernel, decisions },
  ];
}

function stridedReason({ kind }: Machine, { team, seatsApart }: Team, rows: number): string {
  const neighbors = 'neighboring lanes read neighboring rows';
  if (team === 1) return kind === 'cpu' ? `${neighbors}; a lane is a thread here` : neighbors;
  if (seatsApart === 1) return 'neighboring lanes share a row';
  return `${neighbors}, ${seatsApart} of them, and ${team} lanes share a row: ${rows} rows are few`;
}

function loadsOf(strided: boolean, short: boolean, aligned: boolean): Decision {
  if (strided) return { what: 'loads', value: 'an element each', why: "a row's elements are apart" };
  if (short) return { what: 'loads', value: 'an element each', why: 'rows are short and end between vectors' };
  if (aligned) return { what: 'loads', value: '16 bytes' };
  return { what: 'loads', value: 'an element each', why: 'windows start between vectors' };
}

/** A copy with another order of axes. */
export function transposeStep(why: string): Step {
  return { kernel: 'copy_strided', decisions: [{ what: 'axes', value: 'transposed', why }] };
}

export function reductionSteps(
  kernel: string,
  op: string,
  machine: Machine,
  rows: number,
  cols: number,
  sizes = WORDS,
): [Step[], ReductionPlan] {
  const plan = planReduction(machine, rows, cols, sizes);
  const { team, slices, sliceCols, windows } = plan;
  const step: Step = {
    kernel,
    decisions: [
      ...teamDecisions(machine, team, slices > 1 ? 'slice' : 'row'),
      slices > 1
        ? {
            what: 'slices a row',
            value: `${slices} of ${sliceCols}`,
            why: 'rows are few and long: their slices keep the adapter busy',
          }
        : { what: 'slices a row', value: '1' },
      ...gridDecisions(machine, windows),
    ],
  };
  if (slices === 1) return [[step], plan];
  return [[step, ...reductionSteps(`${kernel}, of the slices`, op, machine, rows, slices)[0]], plan];
}

export function channelFoldSteps(
  kernel: string,
  merge: string,
  values: number,
  machine: Machine,
  x: Channels,
  sizes = WORDS,
  reads = 1,
): [Step[], ChannelPlan] {
  const plan = planFolds(machine, x, values, sizes, reads)[0] as ChannelPlan;
  const { team, slices, windows, vector } = plan;
  const step: Step = {
    kernel,
    decisions: [
      ...teamDecisions(machine, team, 'slice of a channel'),
      {
        what: 'slices a channel',
        value: String(slices),
        ...(slices > 1 && { why: 'lanes enough to keep the adapter busy, and no long serial sums' }),
      },
      {
        what: 'loads',
        value: `${4 * vector} bytes`,
        ...(vector === 1 && { why: 'neighbors in memory belong to other channels, or end between vectors' }),
      },
      ...gridDecisions(machine, windows),
    ],
  };
  if (slices === 1) return [[step], plan];
  const { team: merging, groups } = planMerge(machine, x.channels, slices);
  const second: Step = {
    kernel: merge,
    decisions: [...teamDecisions(machine, merging, 'channel'), ...gridDecisions(machine, [{ groups }])],
  };
  return [[step, second], plan];
}

/** Training in one pass, where channels stay on chip. */
export function channelHeldStep(
  kernel: string,
  machine: Machine,
  x: Channels,
  sizes = WORDS,
): [Step, ChannelPlan] | undefined {
  const plan = planHeld(machine, x, sizes);
  if (!plan) return undefined;
  const { team, windows, vector } = plan;
  const decisions = [
    ...teamDecisions(
      machine,
      team,
      'channel',
      team.seatsApart > 1 ? 'neighboring lanes read neighboring channels' : undefined,
    ),
    {
      what: 'units a lane',
      value: `${team.block} of ${vector === 4 ? 'four elements' : 'an element'}`,
      why: 'the whole channel: it is held in registers and read once',
    },
    { what: 'loads', value: `${4 * vector} bytes`, ...(vector === 1 && { why: 'rows end between vectors' }) },
    ...gridDecisions(machine, windows),
  ];
  return [{ kernel, decisions }, plan];
}

export function channelMapStep(kernel: string, machine: Machine, x: Channels, sizes = WORDS, reads = 1): Step {
  const { team, windows, vector } = planMap(machine, x, sizes, undefined, reads);
  return {
    kernel,
    decisions: [
      { what: 'lanes', value: `${team.team} that share a channel, ${team.width} a workgroup` },
      { what: 'loads', value: `${4 * vector} bytes`, ...(vector === 1 && { why: 'rows end between vectors' }) },
      ...gridDecisions(machine, windows),
    ],
  };
}

export function elementStep(kernel: string, machine: Machine, size: number, bytes: 2 | 4 = 4): Step {
  const { pack, windows } = planElements(machine, size, [bytes]);
  return {
    kernel,
    decisions: [
      { what: 'lanes', value: `${ELEMENT_WIDTH} a workgroup, ${pack === 1 ? 'four' : 'eight'} elements each` },
      ...gridDecisions(machine, windows),
    ],
  };
}

export function matmulStep(machine: Machine, plan: MatmulPlan): Step {
  const { tiles, edge, width, slices, sliceK, groups } = plan;
  const shared = tiles === 'workgroup';
  return {
    kernel: shared ? 'matmul_tiled' : 'matmul',
    decisions: [
      {
        what: 'tiles',
        value: `${edge} × ${edge} entries a ${tiles}`,
        why: shared
          ? 'lanes share what they read, in workgroup memory'
          : machine.kind === 'cpu'
            ? 'a barrier costs more here than sharing saves'
            : 'too few entries, or too short a k, to share in workgroups',
      },
      { what: 'lanes a workgroup', value: String(width), ...(shared && { why: `${edge ** 2 / width} entries each` }) },
      slices > 1
        ? {
            what: 'slices of k',
            value: `${slices} of ${sliceK}`,
            why: 'the tiles alone would leave lanes idle; add_slices sums them',
          }
        : { what: 'slices of k', value: '1' },
      ...gridDecisions(machine, [{ groups }]),
    ],
  };
}

function teamDecisions(
  machine: Machine,
  { fold, team, width, subgroups }: Team,
  what: string,
  lanesWhy?: string,
): Decision[] {
  const why = {
    lane:
      machine.kind === 'cpu' ? 'a lane is a thread here, and a barrier costs more than a row' : 'too short to share',
    subgroup:
      subgroups > 1
        ? `folded natively in each of up to ${subgroups} subgroups, whose values meet behind one barrier`
        : 'folded natively in one subgroup, without a barrier',
    workgroup: 'folded by a tree in workgroup memory: no subgroups here, or too short for one',
  }[fold];
  return [
    { what: 'fold', value: fold, why },
    { what: `lanes a ${what}`, value: String(team), ...(lanesWhy !== undefined && { why: lanesWhy }) },
    {
      what: 'lanes a workgroup',
      value: String(width),
      ...(width > team && { why: `${width / team} teams side by side` }),
    },
  ];
}

function gridDecisions(machine: Machine, windows: readonly Window[], why?: string): Decision[] {
  const groups = windows.reduce((sum, window) => sum + window.groups, 0);
  const [x, y] = gridOf(windows[0]?.groups ?? 0, machine.maxGroups);
  return [
    {
      what: 'workgroups',
      value: `${groups}, as ${x} × ${y}`,
      ...(y > 1 && { why: `a dimension holds at most ${machine.maxGroups}` }),
    },
    { what: 'windows', value: String(windows.length), ...(why !== undefined && { why }) },
  ];
}

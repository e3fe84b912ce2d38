import type { Machine } from '../../plan/machine.ts';

/**
 * Ways to plan on one adapter. 'default' is the planner's choice. Of the others each makes every team fold in one way,
 * or plans as for a GPU, whose teams are wide: so all kernels run on any adapter. 'plain' relies on nothing that
 * WGSL does not promise, as on an adapter where every probe fails. 'unaligned' is the planner's choice for tensors that
 * start between vectors of four.
 */
export const PLAN_NAMES = [
  'default',
  'lane',
  'workgroup',
  'subgroup',
  'gpu',
  'gpu workgroup',
  'unaligned',
  'plain',
] as const;

export type PlanName = (typeof PLAN_NAMES)[number];

export const EVERY_PLAN: readonly PlanName[] = ['default', 'lane', 'workgroup', 'subgroup', 'gpu', 'gpu workgroup'];
export const EVERY_PLAN_AND_UNALIGNED: readonly PlanName[] = [...EVERY_PLAN, 'unaligned'];
/** The plans of the quick form. On a CPU, 'default' uses a lane for short rows and a subgroup for long ones. */
export const QUICK_PLANS: readonly PlanName[] = ['default', 'workgroup'];
/** For ops that read vectors but reduce nothing. */
export const ALIGNED_OR_NOT: readonly PlanName[] = ['default', 'unaligned'];
/** For ops that neither reduce nor read vectors, and for cases that test only options. */
export const DEFAULT_PLAN: readonly PlanName[] = ['default'];
/** Every reduction strategy, without the wide teams, whose barriers are the most expensive on a CPU. */
export const NARROW_PLANS: readonly PlanName[] = ['default', 'lane', 'workgroup', 'subgroup'];

/** The plans that make every team fold in one way. */
export const FOLDS: readonly PlanName[] = ['lane', 'workgroup', 'subgroup'];

/** The planner's choice and a GPU's plans, whose teams depend on the number of rows. */
export const WIDE_PLANS: readonly PlanName[] = ['default', 'gpu', 'gpu workgroup'];

export const DEFAULT_AND_GPU: readonly PlanName[] = ['default', 'gpu'];

const PLAIN = {
  halves: 'words',
  halfBits: false,
  widen: 'integers',
  narrow: 'integers',
  exp2: 'unknown',
  exp2Below: false,
} as const;

/** Vectors per lane in the plans for another kind of machine. Software adapters take many seconds to compile more. */
const MOST_IN_REGISTERS = 4;

/**
 * The machine that makes plans so; undefined where this adapter has no such plan, or where it is its own. One object
 * each.
 */
export function machineFor(plan: PlanName, own: Machine): Machine | undefined {
  const known = MACHINES.get(own) ?? new Map<PlanName, Machine | undefined>();
  MACHINES.set(own, known);
  if (!known.has(plan)) known.set(plan, planned(plan, own));
  return known.get(plan);
}

/** The runtime keeps what it decided by machine: a case then meets what was decided for the cases before it. */
const MACHINES = new WeakMap<Machine, Map<PlanName, Machine | undefined>>();

function planned(plan: PlanName, own: Machine): Machine | undefined {
  switch (plan) {
    case 'default':
    case 'unaligned':
      return own;
    case 'subgroup':
      return own.subgroup && { ...own, fold: 'subgroup', choices: undefined };
    case 'gpu':
      return own.kind === 'gpu'
        ? undefined
        : { ...own, kind: 'gpu', mostInRegisters: MOST_IN_REGISTERS, choices: undefined };
    case 'plain':
      return own.widen === 'integers' && own.narrow === 'integers' ? undefined : { ...own, ...PLAIN };
    case 'gpu workgroup':
      return (
        own.subgroup && {
          ...own,
          kind: 'gpu',
          mostInRegisters: MOST_IN_REGISTERS,
          choices: undefined,
          subgroup: undefined,
        }
      );
    default:
      return { ...own, fold: plan, choices: undefined };
  }
}

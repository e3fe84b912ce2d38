import type { Machine } from '../../plan/machine.ts';

/**
 * Ways to plan on one adapter. 'default' is the planner's choice. Of the others each makes every team fold in one way, or
 * plans as for a GPU, whose teams are wide: so all kernels run on any adapter. 'unaligned' is the planner's choice for
 * tensors that start between vectors of four.
 */
export type PlanName = 'default' | 'unaligned' | 'lane' | 'workgroup' | 'subgroup' | 'gpu' | 'gpu workgroup';

export const EVERY_PLAN: readonly PlanName[] = ['default', 'lane', 'workgroup', 'subgroup', 'gpu', 'gpu workgroup'];
export const EVERY_PLAN_AND_UNALIGNED: readonly PlanName[] = [...EVERY_PLAN, 'unaligned'];
/** Of the quick form: on a processor 'default' is a lane for short rows, a subgroup for long ones. */
export const QUICK_PLANS: readonly PlanName[] = ['default', 'workgroup'];
/** For ops that fold nothing but read vectors. */
export const ALIGNED_OR_NOT: readonly PlanName[] = ['default', 'unaligned'];
/** For ops that neither fold nor read vectors, and what is run for its options only. */
export const DEFAULT_PLAN: readonly PlanName[] = ['default'];
/** Every fold, without the wide teams whose barriers cost a processor most. */
export const NARROW_PLANS: readonly PlanName[] = ['default', 'lane', 'workgroup', 'subgroup'];

/** The planner's choice, and a GPU's, whose teams depend on how many rows there are. */
export const WIDE_PLANS: readonly PlanName[] = ['default', 'gpu', 'gpu workgroup'];

export const DEFAULT_AND_GPU: readonly PlanName[] = ['default', 'gpu'];

/** Vectors that a lane holds as another kind of machine plans: software compiles the loops of more for many seconds. */
const MOST_IN_REGISTERS = 4;

/** The machine that makes plans so; undefined where this adapter has no such plan, or where it is its own. One object each. */
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

import fc from 'fast-check';
import { machineFor, type PlanName } from '../../src/conformance/suite/plans.ts';
import type { Machine } from '../../src/plan/machine.ts';

/** What plans go by: one of the check's ways to plan, and perhaps one limit that is smaller than the adapter's. */
export interface MachineDraw {
  readonly plan: PlanName;
  /** Bytes that a binding holds beside the alignment of offsets. */
  readonly room?: number;
  readonly maxGroups?: number;
  readonly maxInvocations?: number;
}

/** Limits that change how work is cut up, but hardly which pipelines it needs. */
export const limits: fc.Arbitrary<Omit<MachineDraw, 'plan'>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ room: 1024 }, { room: 4096 }, { maxGroups: 7 }) },
);

const machines = new Map<string, Machine>();

/**
 * The machine that a draw stands for on an adapter. What the adapter has not is its own. Equal ones are one object: a
 * call then meets what the runtime decided for the calls before it.
 */
export function machineOf({ plan, room, maxGroups, maxInvocations }: MachineDraw, own: Machine): Machine {
  const planned = machineFor(plan, own) ?? own;
  const machine: Machine = {
    ...planned,
    ...(room !== undefined && { maxBindingBytes: own.offsetAlignment + room }),
    ...(maxGroups !== undefined && { maxGroups }),
    ...(maxInvocations !== undefined && { maxInvocations: Math.min(maxInvocations, own.maxInvocations) }),
  };
  const key = JSON.stringify(machine);
  if (!machines.has(key)) machines.set(key, machine);
  return machines.get(key) as Machine;
}

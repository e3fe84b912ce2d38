import fc from 'fast-check';
import { machineFor, type PlanName } from '../../src/conformance/suite/plans.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { seed } from './seed.ts';

/** Fields of a machine that may be set freely on any adapter. */
type Fields = Pick<
  Machine,
  | 'kind'
  | 'mostInRegisters'
  | 'skips'
  | 'halves'
  | 'widen'
  | 'narrow'
  | 'exp2'
  | 'exp2Below'
  | 'fold'
  | 'choices'
  | 'maxGroups'
  | 'maxInvocations'
>;

/** What plans depend on: one of the check's plans, and changes to the machine. */
export interface MachineDraw extends Partial<Fields> {
  readonly plan: PlanName;
  /** Whether plans use subgroups, if the adapter has them. Their sizes are the adapter's. @default true */
  readonly subgroups?: boolean;
  /** The largest binding in bytes, beyond the alignment of offsets. */
  readonly room?: number;
  /** A multiple of the adapter's alignment of offsets. @default 1 */
  readonly alignment?: number;
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const mostInRegisters = fc.constantFrom(0, 1, 2, 3, 4, 8);

/** Entries as `gradfold tune` writes them, with few registers: software takes many seconds to compile more. */
const choices = fc
  .array(
    fc.record({
      cols: fc.constantFrom(8, 64, 300, 5000),
      lanesPerRow: fc.constantFrom(1, 2, 4, 8, 16, 64, 256),
      rowsPerWorkgroup: fc.constantFrom(1, 2, 16, 64),
      vectorsPerLane: fc.constantFrom(1, 2, 4, 8),
      mostInRegisters,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((rows) => ({ rows: rows.sort((a, b) => a.cols - b.cols) }));

/** Machines of every kind with each field drawn. A missing field is the adapter's. */
export const machineDraws: fc.Arbitrary<MachineDraw> = fc
  .record({
    plan: fc.constant<PlanName>('default'),
    kind: maybe(fc.constantFrom<Machine['kind'][]>('gpu', 'cpu')),
    subgroups: fc.boolean(),
    mostInRegisters: maybe(mostInRegisters),
    fold: maybe(fc.constantFrom('lane' as const, 'workgroup' as const, 'subgroup' as const)),
    skips: maybe(fc.boolean()),
    halves: maybe(fc.constantFrom<Machine['halves'][]>('native', 'words')),
    // What a probe may find anywhere.
    halfBits: maybe(fc.constant(false)),
    widen: maybe(fc.constant<Machine['widen']>('integers')),
    narrow: maybe(fc.constant<Machine['narrow']>('integers')),
    exp2: maybe(fc.constant<Machine['exp2']>('unknown')),
    exp2Below: maybe(fc.constant(false)),
    choices: maybe(choices),
    maxInvocations: maybe(fc.constantFrom(128, 256, 512)),
    maxGroups: maybe(fc.constantFrom(7, 1000)),
    alignment: maybe(fc.constantFrom(2, 4)),
  })
  .map(given);

/** A few machines per seed, which calls share so that each is compiled only once per op. */
const OF_THIS_SEED: readonly Omit<MachineDraw, 'plan'>[] = fc
  .sample(machineDraws, { seed, numRuns: 6 })
  .map(({ plan: _, ...fields }) => fields);

/** Changes to the machine beside the plan: mostly none, or a small limit, which needs few other kernels. */
export const limits: fc.Arbitrary<Omit<MachineDraw, 'plan'>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ room: 1024 }, { room: 4096 }, { maxGroups: 7 }) },
  { weight: 3, arbitrary: fc.constantFrom(...OF_THIS_SEED) },
);

const machines = new Map<string, Machine>();

/**
 * Returns the machine of a draw on an adapter, limited to what the adapter can run. Equal machines are the same object,
 * so that calls share cached decisions.
 */
export function machineOf(draw: MachineDraw, own: Machine): Machine {
  const { plan, subgroups = true, room, alignment = 1, maxInvocations, halves, fold: drawn, ...fields } = draw;
  const { fold: planned, ...base } = machineFor(plan, own) ?? own;
  const subgroup = subgroups ? base.subgroup : undefined;
  const fold = drawn ?? planned;
  const offsetAlignment = alignment * own.offsetAlignment;
  const machine: Machine = {
    ...base,
    ...fields,
    subgroup,
    offsetAlignment,
    ...(room !== undefined && { maxBindingBytes: offsetAlignment + room }),
    ...(maxInvocations !== undefined && { maxInvocations: Math.min(maxInvocations, own.maxInvocations) }),
    ...(halves === 'words' && { halves }),
    ...(fold && (fold !== 'subgroup' || subgroup) && { fold }),
  };
  const key = JSON.stringify(machine);
  if (!machines.has(key)) machines.set(key, machine);
  return machines.get(key) as Machine;
}

/** Omits undefined fields. */
function given<T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never;
}

import fc from 'fast-check';
import { sizeOf } from '../../src/conformance/suite/data.ts';
import type { DomainData, DrawnCall } from '../../src/conformance/suite/draws.ts';
import type { OpSpec } from '../../src/conformance/suite/spec.ts';
import type { Call, Input, Layout } from './call.ts';
import { limits, type MachineDraw } from './machines.ts';
import { values } from './values.ts';

/** Lengths around multiples of a vector of 4, of 8 and of a workgroup of 64. */
const lengths = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom<number[]>(3, 1, 2, 4, 5, 7, 8) },
  { weight: 4, arbitrary: fc.constantFrom<number[]>(9, 13, 16, 17, 31, 33) },
  { weight: 3, arbitrary: fc.constantFrom<number[]>(61, 63, 64, 65, 127, 257) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const SMALL = 600;
/** Lengths for which teams are widest and rows are cut into slices. */
const longLengths = fc.constantFrom(1021, 2050, 4097, 12289);

/** Shapes with rank from `min` to `max` and a few hundred elements; one in 25 has a long axis. */
function shapes(min: number, max: number): fc.Arbitrary<number[]> {
  return fc
    .record({
      rank: fc.oneof(
        { weight: 1, arbitrary: fc.constant(min) },
        { weight: 9, arbitrary: fc.integer({ min: Math.max(min, 1), max }) },
      ),
      all: fc.array(lengths, { minLength: max, maxLength: max }),
      long: fc.oneof(
        { weight: 24, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.record({ length: longLengths, at: fc.nat(3) }) },
      ),
    })
    .map(({ rank, all, long }) => {
      const shape = all.slice(0, rank);
      for (let at = 0; sizeOf(shape) > SMALL; at++) shape[at % rank] = Math.ceil((shape[at % rank] as number) / 8);
      if (!long || rank === 0) return shape;
      return shape.map((length, at) => (at === long.at % rank ? long.length : Math.min(length, 2)));
    });
}

/** What the tensors of a call share. */
interface Look {
  readonly machine: MachineDraw;
  /** The dtype of the first tensor and that of the others. */
  readonly dtypes: readonly ['f32' | 'f16', 'f32' | 'f16'];
  readonly layouts: readonly [Layout, Layout];
}

/**
 * A few combinations, each compiled only once per op, since compiling takes most of the time. Together they have every
 * reduction strategy, dtype and layout, and the first is the simplest.
 */
const LOOKS: readonly { weight: number; look: Look }[] = [
  { weight: 9, look: { machine: { plan: 'default' }, dtypes: ['f32', 'f32'], layouts: ['own', 'own'] } },
  { weight: 3, look: { machine: { plan: 'default' }, dtypes: ['f16', 'f16'], layouts: ['view', 'view'] } },
  { weight: 2, look: { machine: { plan: 'workgroup' }, dtypes: ['f32', 'f32'], layouts: ['borrowed', 'view'] } },
  { weight: 2, look: { machine: { plan: 'gpu' }, dtypes: ['f16', 'f16'], layouts: ['own', 'own'] } },
  {
    weight: 1,
    look: {
      machine: { plan: 'gpu workgroup', maxInvocations: 128 },
      dtypes: ['f32', 'f16'],
      layouts: ['own', 'borrowed'],
    },
  },
  { weight: 1, look: { machine: { plan: 'subgroup' }, dtypes: ['f16', 'f32'], layouts: ['borrowed', 'own'] } },
];

const looks: fc.Arbitrary<Look> = fc
  .tuple(fc.oneof(...LOOKS.map(({ weight, look }) => ({ weight, arbitrary: fc.constant(look) }))), limits)
  .map(([look, limit]) => ({ ...look, machine: { ...look.machine, ...limit } }));

/** Chooses among all styles for the simplest look, and between two for every other look. */
function styleOf<T>({ machine: { plan }, dtypes: [dtype] }: Look, styles: readonly T[], drawn: number): T {
  if (plan === 'default' && dtype === 'f32') return styles[drawn % styles.length] as T;
  return styles[(plan.length + (drawn % 2)) % styles.length] as T;
}

/** Draws from a domain. For styles it draws a number, from which `styleOf` chooses. */
function arbitraryOf(domain: DomainData): fc.Arbitrary<unknown> {
  switch (domain.kind) {
    case 'choice':
      return fc.constantFrom(...domain.of);
    case 'style':
      return fc.nat(19);
    case 'number':
      return fc.nat(domain.most);
    case 'shape':
      return shapes(domain.min, domain.max);
    case 'values':
      return values(domain.domain);
    case 'axis':
      return fc.record({ at: fc.nat(11), fromEnd: fc.boolean() });
    case 'maybe': {
      const arbitrary = arbitraryOf(domain.of);
      return fc.oneof({ weight: domain.seldom ? 7 : 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
    }
    case 'list':
      return fc.array(arbitraryOf(domain.of), { minLength: domain.min, maxLength: domain.max });
    case 'record':
      return recordOf(domain.of);
  }
}

const recordOf = (domains: Readonly<Record<string, DomainData>>) =>
  fc.record(Object.fromEntries(Object.entries(domains).map(([name, domain]) => [name, arbitraryOf(domain)])));

/** Draws a valid call of an op. */
export function callsOf({ name: op, draws: { domains, call } }: OpSpec): fc.Arbitrary<Call> {
  return fc.record({ look: looks, drawn: recordOf(domains) }).map(({ look, drawn }) => {
    const resolved = Object.entries(drawn).map(([name, value]) => {
      const domain = domains[name] as DomainData;
      return [name, domain.kind === 'style' ? styleOf(look, domain.of, value as number) : value];
    });
    const { inputs, options = {} } = call(Object.fromEntries(resolved), look.dtypes[0]);
    return { op, machine: look.machine, inputs: inputsOf(look, inputs), options: given(options) };
  });
}

/** Omits undefined fields. */
const given = <T>(all: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, NonNullable<T>>;

function inputsOf(look: Look, inputs: DrawnCall['inputs']): Record<string, Input> {
  return Object.fromEntries(
    Object.entries(given(inputs)).map(([name, { shape, values, dtype }], index) => {
      const which = index > 0 ? 1 : 0;
      return [name, { shape, dtype: dtype ?? look.dtypes[which], layout: look.layouts[which], values }];
    }),
  );
}

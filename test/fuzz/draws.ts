import fc from 'fast-check';
import type { DType } from '../../src/index.ts';
import type { Input, Layout, Options } from './call.ts';
import { limits, type MachineDraw } from './machines.ts';
import { type Domain, sizeOf, values } from './values.ts';

/** Around vectors of four, rows of 8 and workgroups of 64. */
const lengths = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom<number[]>(3, 1, 2, 4, 5, 7, 8) },
  { weight: 4, arbitrary: fc.constantFrom<number[]>(9, 13, 16, 17, 31, 33) },
  { weight: 3, arbitrary: fc.constantFrom<number[]>(61, 63, 64, 65, 127, 257) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const SMALL = 600;
/** Where teams are widest, and rows are cut into slices. */
const longLengths = fc.constantFrom(1021, 2050, 4097, 12289);

export interface ShapeDraw {
  readonly min?: number;
  readonly max?: number;
}

/** Shapes of rank 0 to 4, of a few hundred elements; one of 25 has a long axis. */
export function shapes({ min = 0, max = 4 }: ShapeDraw = {}): fc.Arbitrary<number[]> {
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

export interface AxisDraw {
  readonly at: number;
  readonly fromEnd: boolean;
}

export const axes: fc.Arbitrary<AxisDraw> = fc.record({ at: fc.nat(11), fromEnd: fc.boolean() });

/** The axis of a tensor of a rank that a draw stands for, in either way to count. */
export function axisOf({ at, fromEnd }: AxisDraw, rank: number): number {
  const span = Math.max(rank, 1);
  return fromEnd ? (at % span) - span : at % span;
}

/** What all tensors of a call have in common. */
export interface Look {
  readonly machine: MachineDraw;
  /** Of the first float, and of the others. */
  readonly dtypes: readonly ['f32' | 'f16', 'f32' | 'f16'];
  readonly layouts: readonly [Layout, Layout];
}

/**
 * A few combinations, so that each is compiled but once an op: what takes the time is compiling. Every way to fold,
 * dtype and layout is among them, and the first is the simplest.
 */
const LOOKS: readonly { weight: number; look: Look }[] = [
  { weight: 9, look: { machine: { plan: 'own' }, dtypes: ['f32', 'f32'], layouts: ['own', 'own'] } },
  { weight: 3, look: { machine: { plan: 'own' }, dtypes: ['f16', 'f16'], layouts: ['view', 'view'] } },
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

export const looks: fc.Arbitrary<Look> = fc
  .tuple(fc.oneof(...LOOKS.map(({ weight, look }) => ({ weight, arbitrary: fc.constant(look) }))), limits)
  .map(([look, limit]) => ({ ...look, machine: { ...look.machine, ...limit } }));

/** Of several styles any for the simplest look, and two for each other. */
export function styleOf<T>({ machine: { plan }, dtypes: [dtype] }: Look, styles: readonly T[], drawn: number): T {
  if (plan === 'own' && dtype === 'f32') return styles[drawn % styles.length] as T;
  return styles[(plan.length + (drawn % 2)) % styles.length] as T;
}

/** One time in eight. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Every other time. */
export function perhaps<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** The inputs of a call from the shape and values of each; those that are not given are left out. */
export function inputsOf(
  look: Look,
  list: Readonly<Record<string, (Pick<Input, 'shape' | 'values'> & { dtype?: DType }) | undefined>>,
): Record<string, Input> {
  const given = Object.entries(list).flatMap(([name, input]) => (input ? [[name, input] as const] : []));
  return Object.fromEntries(
    given.map(([name, { shape, values, dtype }], index) => {
      const which = index > 0 ? 1 : 0;
      return [name, { shape, dtype: dtype ?? look.dtypes[which], layout: look.layouts[which], values }];
    }),
  );
}

/** Options without those that are not given. */
export function optionsOf(all: Options): Options {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A tensor's shape and what it is filled with. */
export const filled = (domain: Domain, shape: ShapeDraw = {}) =>
  fc.record({ shape: shapes(shape), values: values(domain) });

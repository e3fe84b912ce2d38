import fc from 'fast-check';
import type { Machine } from '../../src/plan/machine.ts';
import { type ElementSizes, sizesOf } from '../../src/plan/rows.ts';

const powers = (from: number, to: number) => fc.integer({ min: from, max: to }).map((power) => 2 ** power);

/** Any profile entry that `createBackend` accepts. */
export const rowEntries = fc.record({
  cols: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 300_000 })),
  lanesPerRow: powers(0, 10),
  rowsPerWorkgroup: powers(0, 8),
  vectorsPerLane: powers(0, 9),
  mostInRegisters: fc.oneof(fc.integer({ min: -1, max: 32 }), fc.integer({ min: 0, max: 10_000 })),
});

/** Machines with every field drawn. Planning for them needs no GPU. */
export const machines: fc.Arbitrary<Machine> = fc
  .record({
    kind: fc.constantFrom<Machine['kind'][]>('gpu', 'cpu'),
    maxBindingBytes: fc.constantFrom(2 ** 18, 2 ** 21, 128 * 2 ** 20, 2 ** 31 - 4),
    maxBufferBytes: fc.constant(2 ** 32),
    maxInvocations: fc.constantFrom(128, 256, 512, 1024),
    maxGroups: fc.constantFrom(7, 65535),
    offsetAlignment: fc.constantFrom(16, 256),
    subgroup: fc.constantFrom(
      undefined,
      { min: 4, max: 4 },
      { min: 8, max: 8 },
      { min: 32, max: 32 },
      { min: 8, max: 32 },
      { min: 4, max: 128 },
    ),
    halves: fc.constantFrom<Machine['halves']>('native', 'words'),
    halfBits: fc.boolean(),
    widen: fc.constantFrom<Machine['widen']>('unpack', 'integers'),
    narrow: fc.constantFrom<Machine['narrow']>('pack', 'types', 'integers'),
    exp2: fc.constantFrom<Machine['exp2']>('bounded', 'unknown'),
    exp2Below: fc.boolean(),
    skips: fc.boolean(),
    mostInRegisters: fc.option(fc.constantFrom(0, 1, 3, 4, 8, 16, 32), { nil: undefined }),
    fold: fc.option(fc.constantFrom<NonNullable<Machine['fold']>[]>('lane', 'workgroup', 'subgroup'), {
      nil: undefined,
      freq: 2,
    }),
    choices: fc.option(fc.record({ rows: fc.array(rowEntries, { minLength: 1, maxLength: 3 }) }), {
      nil: undefined,
      freq: 2,
    }),
  })
  .map(({ mostInRegisters, fold, choices, ...machine }) => ({
    ...machine,
    ...(mostInRegisters !== undefined && { mostInRegisters }),
    // The fold 'subgroup' needs subgroups.
    ...(fold !== undefined && (fold !== 'subgroup' || machine.subgroup) && { fold }),
    ...(choices && { choices: { rows: choices.rows.sort((a, b) => a.cols - b.cols) } }),
  }));

export const elementSizes: fc.Arbitrary<ElementSizes> = fc.constantFrom(sizesOf([4]), sizesOf([2]), sizesOf([2, 4]));

/** Row lengths: arbitrary ones, and ones near a power of two or near a multiple of the shortest slice. */
export const columns: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 900 }),
  fc.integer({ min: 0, max: 300_000 }),
  fc
    .tuple(
      fc.oneof(
        powers(1, 18),
        fc.integer({ min: 1, max: 64 }).map((n) => 4096 * n),
      ),
      fc.integer({ min: -9, max: 9 }),
    )
    .map(([turn, off]) => Math.max(0, turn + off)),
);

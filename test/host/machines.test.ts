import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { machineDraws, machineOf } from '../fuzz/machines.ts';
import { machines } from '../plan/support.ts';

/** Returns the fields whose values differ among the objects. */
const drawnFields = (list: readonly object[]) => {
  const names = [...new Set(list.flatMap(Object.keys))];
  const valuesOf = (name: string) => new Set(list.map((one) => JSON.stringify((one as Record<string, unknown>)[name])));
  return names.filter((name) => valuesOf(name).size > 1).sort();
};

test('every field of a machine that plans read is drawn', () => {
  const optional = ['choices', 'fold', 'mostInRegisters'] as const;
  // Only the pool reads the size of a buffer.
  const fields = Object.keys(DEFAULT_MACHINE).filter((name) => name !== 'maxBufferBytes');
  expect(drawnFields(fc.sample(machines, 200))).toEqual([...fields, ...optional].sort());
  const draws = drawnFields(fc.sample(machineDraws, 200));
  // The size of a binding is drawn with the limits.
  const named = fields
    .filter((name) => name !== 'maxBindingBytes')
    .map((name) => ({ subgroup: 'subgroups', offsetAlignment: 'alignment' })[name] ?? name);
  expect(draws).toEqual([...named, ...optional].sort());
});

test('the adapter can run every drawn machine', () => {
  const own: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', subgroup: { min: 8, max: 8 } };
  for (const adapter of [own, { ...own, subgroup: undefined, maxInvocations: 128, halves: 'native' as const }]) {
    fc.assert(
      fc.property(machineDraws, (draw) => {
        const machine = machineOf(draw, adapter);
        expect([undefined, adapter.subgroup]).toContainEqual(machine.subgroup);
        if (machine.fold === 'subgroup') expect(machine.subgroup).toBeDefined();
        expect(machine.maxInvocations).toBeLessThanOrEqual(adapter.maxInvocations);
        expect(machine.offsetAlignment % adapter.offsetAlignment).toBe(0);
        expect(machine.maxBindingBytes).toBeLessThanOrEqual(adapter.maxBindingBytes);
        if (machine.halves === 'native') expect(adapter.halves).toBe('native');
        expect(machineOf(draw, adapter)).toBe(machine);
      }),
    );
  }
});

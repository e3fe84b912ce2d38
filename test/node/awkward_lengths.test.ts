import { expect, test } from 'vitest';
import type { Machine } from '../../src/plan/machine.ts';
import { complaintsOf, type Shape } from '../awkward_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

/** Plans as for a GPU. Lanes hold no more than software compiles in a second: slices fill the registers of 256 all the same. */
const gpu = (own: Machine): Machine => ({ ...own, kind: 'gpu', mostInRegisters: 4, choices: undefined });

/** Shapes that share their kernels: rows are cut into slices that are held, but for the shortest. */
test.each<{ name: string; machineOf: (own: Machine) => Machine; shapes: readonly Shape[] }>([
  {
    name: 'a GPU',
    machineOf: gpu,
    shapes: [
      [2, 32767],
      [16, 32767],
      [2, 16383],
      [3, 32749],
      [1, 65537],
    ],
  },
  {
    name: 'this machine',
    machineOf: (own) => own,
    shapes: [
      [2, 32767],
      [1, 262147],
    ],
  },
])('awkward rows are right as $name plans them', async ({ machineOf, shapes }) => {
  const machine = machineOf(backend().runtime.machine);
  for (const shape of shapes) expect(await complaintsOf(backend(), machine, shape)).toEqual([]);
});

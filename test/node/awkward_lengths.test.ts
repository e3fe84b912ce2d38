import { expect, test } from 'vitest';
import type { Machine } from '../../src/plan/machine.ts';
import { complaintsOf, type Shape } from '../awkward_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

/** Plans as for a GPU, with few registers per lane so that software compiles fast; slices still fill 256 lanes. */
const gpu = (own: Machine): Machine => ({ ...own, kind: 'gpu', mostInRegisters: 4, choices: undefined });

// The shapes share their kernels: all rows except the shortest are cut into slices that stay in registers.
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
])('rows of awkward lengths are right with the plans of $name', async ({ machineOf, shapes }) => {
  const machine = machineOf(backend().runtime.machine);
  for (const shape of shapes) expect(await complaintsOf(backend(), machine, shape)).toEqual([]);
});

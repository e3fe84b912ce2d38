import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Machine } from '../../src/plan/machine.ts';
import { complaintsOf, LENGTHS, type Shape } from '../awkward_support.ts';
import { machineDraws, machineOf } from '../fuzz/machines.ts';
import { seed } from '../fuzz/seed.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

// More random machines and shapes:
//   GRADFOLD_MACHINES=20 GRADFOLD_SHAPES=500 GRADFOLD_FUZZ_SEED=random npm run test:variants -- awkward
const { GRADFOLD_MACHINES = '1', GRADFOLD_SHAPES = '12' } = process.env;

const rows = fc.integer({ min: 1, max: 16 });
const shapes = fc.sample(
  fc.tuple(rows, fc.constantFrom(...LENGTHS)).filter(([count, cols]) => count * cols <= 2 ** 19),
  { seed, numRuns: Number(GRADFOLD_SHAPES) },
);
const drawn = fc.sample(machineDraws, { seed, numRuns: Number(GRADFOLD_MACHINES) });

/** A profile that cuts rows of every length into slices of the size that a workgroup's registers hold. */
const heldSlices = ({ maxInvocations }: Machine) => {
  const lanes = Math.min(256, maxInvocations);
  return {
    rows: [{ cols: 64, lanesPerRow: lanes, rowsPerWorkgroup: 1, vectorsPerLane: 8, mostInRegisters: 4096 / lanes }],
  };
};

test.each<{ name: string; machineOf: (own: Machine) => Machine; shapes: readonly Shape[] }>([
  {
    name: 'a GPU',
    machineOf: (own) => ({ ...own, kind: 'gpu', choices: undefined }),
    shapes: [[2, 32767], [3, 32767], [16, 32767], [2, 16383], ...shapes],
  },
  {
    name: 'a profile with slices in registers',
    machineOf: (own) => ({ ...own, choices: heldSlices(own) }),
    shapes: [
      [2, 32767],
      [3, 65521],
    ],
  },
  {
    // Barriers are the slowest part of a kernel on a CPU, so the rows are short.
    name: 'a GPU without subgroups',
    machineOf: (own) => ({ ...own, kind: 'gpu', mostInRegisters: 4, subgroup: undefined, choices: undefined }),
    shapes: [
      [2, 16383],
      [3, 8191],
    ],
  },
  ...drawn.map((draw) => ({ name: JSON.stringify(draw), machineOf: (own: Machine) => machineOf(draw, own), shapes })),
])('rows match the reference under the plans of $name', { timeout: 600_000 }, async ({ machineOf, shapes }) => {
  const machine = machineOf(backend().runtime.machine);
  const complaints: string[] = [];
  for (const shape of shapes) complaints.push(...(await complaintsOf(backend(), machine, shape)));
  expect(complaints).toEqual([]);
});

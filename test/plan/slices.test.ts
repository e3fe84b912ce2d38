import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { planReduction } from '../../src/plan/reduction.ts';
import { type ElementSizes, MOST_SLICES, planRows, type Rows, type RowTeam } from '../../src/plan/rows.ts';
import { columns, elementSizes, machines } from './support.ts';

/** The private memory that every adapter provides. */
const PRIVATE_BYTES = 8192;

/** Rows as one dispatch sees them. */
interface Cut {
  readonly rows: number;
  readonly cols: number;
  readonly slices: number;
  readonly sliceCols: number;
}

/** A team's part of its row: elements [first, end), from the start of the dispatch or, for strided rows, of the row. */
interface Share {
  readonly first: number;
  readonly end: number;
}

/** `row_of` of shaders/io/slices_axis.wgsl, last_axis.wgsl and inner_axis.wgsl. */
function shareOf({ apart }: RowTeam, { cols, slices, sliceCols }: Cut, row: number, slice: number): Share {
  if (apart || slices === 1) {
    const start = apart ? 0 : row * cols;
    return { first: start, end: start + cols };
  }
  const first = Math.min(slice * sliceCols, cols);
  return { first: row * cols + first, end: row * cols + Math.min(first + sliceCols, cols) };
}

/** The vectors of block 0 of a share that starts at element 0, in the order of lanes: `vector_at` of shaders/io/row.wgsl. */
function vectorsOfBlock({ lanesPerRow, vectorsPerLane, pack }: RowTeam): number[] {
  return Array.from({ length: lanesPerRow * vectorsPerLane }, (_, i) => {
    const [seat, k] = [Math.floor(i / vectorsPerLane), i % vectorsPerLane];
    return pack * (Math.floor(k / pack) * lanesPerRow + seat) + (k % pack);
  });
}

/** Follows shaders/io/row.wgsl step by step. Returns what is wrong with a team's pass over its share, if anything. */
function complaintOf(team: RowTeam, { first, end }: Share): string | undefined {
  const unit = 4 * team.pack;
  const unitsAtOnce = (team.vectorsPerLane / team.pack) * team.lanesPerRow;
  const from = Math.floor(first / unit);
  const to = Math.ceil(end / unit);
  // `blocks_of`: a team with its row in registers fetches one block.
  const blocks = team.inRegisters ? 1 : Math.floor((to - from + unitsAtOnce - 1) / unitsAtOnce);
  if (end > first && from + blocks * unitsAtOnce < to)
    return `elements [${first}, ${end}) reach unit ${to - 1}, the team unit ${from + blocks * unitsAtOnce - 1}`;
  // Without a tail nothing is masked.
  if (team.tail === 'none' && (unit * from !== first || unit * (from + blocks * unitsAtOnce) !== end))
    return `elements [${first}, ${end}) are not whole blocks`;
  return undefined;
}

/** The first complaint about any slice of a dispatch's first rows and last row: alignments recur after eight rows. */
function complaintsOf(team: RowTeam, cut: Cut): string | undefined {
  const vectors = vectorsOfBlock(team);
  if (vectors.sort((a, b) => a - b).some((vector, i) => vector !== i)) return 'a block is not one vector after another';
  const rows = [...new Set([0, 1, 2, 3, 4, 5, 6, 7, cut.rows - 1])].filter((row) => row >= 0 && row < cut.rows);
  for (const row of rows)
    for (let slice = 0; slice < cut.slices; slice++) {
      const complaint = complaintOf(team, shareOf(team, cut, row, slice));
      if (complaint) return `row ${row}, slice ${slice}: ${complaint}`;
    }
  return undefined;
}

const shapes = fc.record({
  outer: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 2000 })),
  cols: columns,
  inner: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 200 }) }),
});
const demands = fc.record({ operands: fc.integer({ min: 1, max: 3 }), cut: fc.boolean() });

const fits = (machine: Machine, { cols, inner }: Rows, { bytes }: ElementSizes) =>
  bytes * cols * inner <= machine.maxBindingBytes - machine.offsetAlignment;

const RUNS = { numRuns: 3000 };

test('every vector that a slice of a row touches is in its team’s blocks, and unmasked blocks lie within the slice', () => {
  fc.assert(
    fc.property(machines, shapes, elementSizes, demands, (machine, rows, sizes, asked) => {
      fc.pre(fits(machine, rows, sizes));
      const { team, slices, sliceCols, windows } = planRows('softmax', machine, rows, sizes, asked);
      expect(slices).toBeLessThanOrEqual(MOST_SLICES);
      expect(16 * team.vectorsPerLane * asked.operands).toBeLessThanOrEqual(PRIVATE_BYTES / 2);
      for (const window of windows.slice(0, 3))
        expect(complaintsOf(team, { rows: window.rows, cols: rows.cols, slices, sliceCols })).toBeUndefined();
    }),
    RUNS,
  );
});

test('every vector that a slice of a reduction touches is in its team’s blocks', () => {
  fc.assert(
    fc.property(machines, shapes, elementSizes, (machine, { outer, cols }, sizes) => {
      const { team, sliceCols, windows } = planReduction(machine, outer, cols, sizes);
      for (const window of windows.slice(0, 3)) expect(complaintsOf(team, { ...window, sliceCols })).toBeUndefined();
    }),
    RUNS,
  );
});

test('slices that start between vectors are covered', () => {
  const gpu: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 8, max: 8 } };
  for (const [outer, cols, operands] of [
    [2, 32767, 1],
    [3, 32767, 1],
    [16, 32767, 1],
    [2, 16383, 2],
  ] as const) {
    const { team, slices, sliceCols } = planRows('softmax', gpu, { outer, cols, inner: 1 }, undefined, {
      operands,
      cut: true,
    });
    expect(slices).toBeGreaterThan(1);
    expect(complaintsOf(team, { rows: outer, cols, slices, sliceCols })).toBeUndefined();
  }
  // A single row and each of its slices start at a vector, so a team keeps no extra vector in registers.
  expect(planRows('softmax', gpu, { outer: 1, cols: 32767, inner: 1 })).toMatchObject({
    sliceCols: 4096,
    team: { inRegisters: true, lanesPerRow: 128, vectorsPerLane: 8 },
  });
});

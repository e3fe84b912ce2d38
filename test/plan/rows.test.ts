import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROW_DEMANDS, representativeRows, variantOfRows } from '../../src/conformance/suite/representatives.ts';
import { ShapeError } from '../../src/core/errors.ts';
import { ELEMENT_WORKGROUP_SIZE, planElements } from '../../src/plan/elements.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { type ElementSizes, planRows, type Rows, sizesOf } from '../../src/plan/rows.ts';
import { columns, elementSizes, machines } from './support.ts';

const layouts = fc.record({
  outer: fc.integer({ min: 0, max: 2000 }),
  cols: columns,
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 200 })),
});

const fitsBinding = (machine: Machine, { cols, inner }: Rows, { bytes }: ElementSizes) =>
  bytes * cols * inner <= machine.maxBindingBytes - machine.offsetAlignment;

describe('plans over rows', () => {
  test('cover every row exactly once, in windows that fit a binding', () => {
    fc.assert(
      fc.property(machines, layouts, elementSizes, (machine, rows, sizes) => {
        fc.pre(fitsBinding(machine, rows, sizes));
        const { windows, team, aligned, slices, sliceCols } = planRows('softmax', machine, rows, sizes);
        const { bytes, pack } = sizes;
        let next = 0;
        let bad = 0;
        for (const window of windows) {
          const start = bytes * rows.cols * window.first;
          const offset = start - (start % machine.offsetAlignment);
          const fits = start + bytes * rows.cols * window.rows - offset <= machine.maxBindingBytes;
          const covers = window.groups === Math.ceil((window.rows * slices * team.lanesPerRow) / team.workgroupSize);
          const onBoundary = !aligned || (rows.cols * window.first) % (4 * pack) === 0;
          const whole = window.rows % rows.inner === 0;
          if (window.first !== next || window.rows <= 0 || !fits || !covers || !onBoundary || !whole) bad++;
          next += window.rows;
        }
        expect({ next, bad }).toEqual({ next: rows.outer * rows.inner, bad: 0 });
        expect(slices * sliceCols).toBeGreaterThanOrEqual(rows.cols);
        expect((slices - 1) * sliceCols).toBeLessThanOrEqual(Math.max(0, rows.cols - 1));
        if (slices > 1) expect(sliceCols % 8).toBe(0);
      }),
    );
  });

  test('choose teams that the adapter can run', () => {
    fc.assert(
      fc.property(machines, layouts, elementSizes, (machine, rows, sizes) => {
        fc.pre(fitsBinding(machine, rows, sizes));
        const { team } = planRows('softmax', machine, rows, sizes);
        expect(Math.log2(team.lanesPerRow) % 1).toBe(0);
        expect(team.workgroupSize % (team.lanesPerRow * team.laneStride)).toBe(0);
        expect(team.workgroupSize).toBeLessThanOrEqual(machine.maxInvocations);
        expect(team.vectorsPerLane % team.pack).toBe(0);
        if (rows.inner > 1) expect(team.apart).toBe(true);
        if (team.apart) expect(team.pack).toBe(1);
        if (team.fold === 'subgroup') {
          expect(machine.subgroup).toBeDefined();
          // Teams share a workgroup only where each is certain to be one subgroup.
          if (team.lanesPerRow < team.workgroupSize)
            expect(machine.subgroup).toEqual({ min: team.lanesPerRow, max: team.lanesPerRow });
          expect(team.subgroups * (machine.subgroup?.min ?? 0)).toBeGreaterThanOrEqual(team.lanesPerRow);
        }
      }),
    );
  });

  test('need no mask where every slice is a multiple of a block, and test for the tail only where that may pay', () => {
    // Multiples of a block are rare among random lengths.
    const lengths = fc.tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(machines, lengths, fc.constantFrom(3, 300), elementSizes, (machine, [times, power], outer, sizes) => {
        const cols = times * 2 ** power;
        const rows = { outer, cols, inner: 1 };
        fc.pre(fitsBinding(machine, rows, sizes));
        const { team, slices, sliceCols } = planRows('softmax', machine, rows, sizes);
        const atOnce = 4 * team.lanesPerRow * team.vectorsPerLane;
        const ends = Array.from({ length: slices }, (_, k) => Math.min((k + 1) * sliceCols, cols));
        const fills = [cols, ...ends].every((end) => end % atOnce === 0);
        const onUnits = slices === 1 && cols % (4 * team.pack) === 0;
        const held = onUnits ? 'last' : 'masked';
        expect(team.tail).toBe(fills ? 'none' : team.inRegisters ? held : machine.skips ? 'tested' : 'masked');
      }),
    );
  });

  test('assign neighboring rows to neighboring lanes where rows are strided', () => {
    const strided = planRows('softmax', DEFAULT_MACHINE, { outer: 2, cols: 4096, inner: 64 });
    expect(strided.team).toMatchObject({ fold: 'workgroup', lanesPerRow: 16, workgroupSize: 128, laneStride: 8 });
    const many = planRows('softmax', DEFAULT_MACHINE, { outer: 512, cols: 64, inner: 3136 });
    expect(many.team).toMatchObject({ fold: 'lane', lanesPerRow: 1, inRegisters: true });
  });

  test('use one lane per row and no barrier on a CPU without subgroups', () => {
    const machine: Machine = { ...DEFAULT_MACHINE, kind: 'cpu' };
    for (const cols of [1, 1000, 100_000])
      for (const inner of [1, 7])
        expect(planRows('softmax', machine, { outer: 1, cols, inner }).team.fold).toBe('lane');
  });

  test('share workgroups for rows of one subgroup, use up to 512 lanes to stay in registers, and cut few longer rows', () => {
    const machine: Machine = { ...DEFAULT_MACHINE, maxInvocations: 1024, subgroup: { min: 32, max: 32 } };
    const teamOf = (outer: number, cols: number) => planRows('softmax', machine, { outer, cols, inner: 1 });
    expect(teamOf(4096, 1024)).toMatchObject({
      slices: 1,
      team: { fold: 'subgroup', lanesPerRow: 32, workgroupSize: 128, inRegisters: true },
    });
    expect(teamOf(16, 32768)).toMatchObject({
      slices: 1,
      team: { fold: 'subgroup', lanesPerRow: 512, inRegisters: true, vectorsPerLane: 16 },
    });
    expect(teamOf(1024, 262144)).toMatchObject({ slices: 1, team: { lanesPerRow: 256, inRegisters: false } });
    expect(teamOf(32, 262144)).toMatchObject({ slices: 8, sliceCols: 32768 });
  });

  test('all have a representative shape', () => {
    const variants = (machine: Machine, rows: number, cols: number, sizes: ElementSizes) =>
      ROW_DEMANDS.map((demands) => JSON.stringify([demands, variantOfRows(machine, rows, cols, sizes, demands)]));
    const known = (machine: Machine, sizes: ElementSizes) =>
      new Set(representativeRows(machine, sizes).flatMap(([rows, cols]) => variants(machine, rows, cols, sizes)));
    const machine: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 } };
    const processor: Machine = { ...DEFAULT_MACHINE, kind: 'cpu', subgroup: { min: 8, max: 8 } };
    for (const one of [
      machine,
      processor,
      { ...machine, mostInRegisters: 4 },
      { ...machine, subgroup: undefined, maxInvocations: 128 },
    ])
      for (const sizes of [sizesOf([4]), sizesOf([2])]) {
        const plans = known(one, sizes);
        fc.assert(
          fc.property(fc.constantFrom(1, 3, 256), fc.integer({ min: 1, max: 100_000 }), (rows, cols) => {
            expect(variants(one, rows, cols, sizes).filter((variant) => !plans.has(variant))).toEqual([]);
          }),
          { numRuns: 500 },
        );
      }
  });

  test('follow the measurements of an adapter before its limits', () => {
    const rows = [
      { cols: 64, lanesPerRow: 1, rowsPerWorkgroup: 16, vectorsPerLane: 2, mostInRegisters: 4 },
      { cols: 4096, lanesPerRow: 32, rowsPerWorkgroup: 2, vectorsPerLane: 8, mostInRegisters: 4 },
    ];
    const machine: Machine = { ...DEFAULT_MACHINE, subgroup: { min: 32, max: 32 }, choices: { rows } };
    const teamOf = (cols: number) => planRows('softmax', machine, { outer: 4096, cols, inner: 1 }).team;
    expect(teamOf(64)).toMatchObject({ fold: 'lane', workgroupSize: 16 });
    expect(teamOf(65)).toMatchObject({ fold: 'subgroup', lanesPerRow: 32, workgroupSize: 64 });
    expect(teamOf(100_000)).toMatchObject({ lanesPerRow: 32, vectorsPerLane: 8, inRegisters: false });
  });

  test('refuse a row that does not fit a binding, with the op and the size', () => {
    const rows = { outer: 2, cols: 40 * 2 ** 20, inner: 1 };
    expect(() => planRows('softmax', DEFAULT_MACHINE, rows)).toThrow(ShapeError);
    expect(() => planRows('softmax', DEFAULT_MACHINE, rows)).toThrow(
      'softmax: a row of 41943040 elements takes 167772160 bytes, expected at most 134217472',
    );
  });
});

test('plans over elements cover each once, in full vectors except the last', () => {
  const tensors = fc.array(fc.constantFrom<(2 | 4)[]>(2, 4), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(machines, fc.integer({ min: 0, max: 3e6 }), tensors, (machine, size, elementBytes) => {
      let next = 0;
      const { windows, pack } = planElements(machine, size, sizesOf(elementBytes));
      for (const window of windows) {
        expect(window.first).toBe(next);
        expect(window.first % (4 * pack)).toBe(0);
        const bytes = Math.max(...elementBytes) * window.size;
        expect(bytes).toBeLessThanOrEqual(machine.maxBindingBytes - machine.offsetAlignment);
        expect(window.groups * ELEMENT_WORKGROUP_SIZE * 4 * pack).toBeGreaterThanOrEqual(window.size);
        next += window.size;
      }
      expect(next).toBe(size);
    }),
  );
});

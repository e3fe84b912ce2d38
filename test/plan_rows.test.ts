import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../src/errors.ts';
import { ELEMENT_WIDTH, planElements } from '../src/plan/elements.ts';
import { DEFAULT_MACHINE, type Machine } from '../src/plan/machine.ts';
import { planRows } from '../src/plan/rows.ts';

const machines = fc.record({
  kind: fc.constantFrom<Machine['kind'][]>('gpu', 'cpu'),
  maxBindingBytes: fc.constantFrom(2 ** 18, 2 ** 21, 128 * 2 ** 20, 2 ** 31 - 4),
  maxBufferBytes: fc.constant(2 ** 32),
  maxInvocations: fc.constantFrom(128, 256, 1024),
  maxGroups: fc.constant(65535),
  offsetAlignment: fc.constantFrom(16, 256),
  subgroup: fc.constantFrom(
    undefined,
    { min: 4, max: 4 },
    { min: 8, max: 8 },
    { min: 32, max: 32 },
    { min: 4, max: 128 },
  ),
});
const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 200_000 }),
  cols: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 300_000 })),
});

describe('plans over rows', () => {
  test('cover every row exactly once, in windows that a binding holds', () => {
    fc.assert(
      fc.property(machines, shapes, (machine, { rows, cols }) => {
        fc.pre(4 * cols <= machine.maxBindingBytes - machine.offsetAlignment);
        const { windows, team, aligned } = planRows('softmax', machine, rows, cols);
        let next = 0;
        let bad = 0;
        for (const window of windows) {
          const start = 4 * cols * window.first;
          const offset = start - (start % machine.offsetAlignment);
          const fits = start + 4 * cols * window.rows - offset <= machine.maxBindingBytes;
          const covers = window.groups === Math.ceil((window.rows * team.team) / team.width);
          const onVector = !aligned || (cols * window.first) % 4 === 0;
          if (window.first !== next || window.rows <= 0 || !fits || !covers || !onVector) bad++;
          next += window.rows;
        }
        expect({ next, bad }).toEqual({ next: rows, bad: 0 });
      }),
    );
  });

  test('choose teams that the adapter can run, and hold a row only where every vector of it has a register', () => {
    fc.assert(
      fc.property(machines, shapes, (machine, { cols }) => {
        fc.pre(4 * cols <= machine.maxBindingBytes - machine.offsetAlignment);
        const { team } = planRows('softmax', machine, 1, cols);
        expect(Math.log2(team.team) % 1).toBe(0);
        expect(team.width % team.team).toBe(0);
        expect(team.width).toBeLessThanOrEqual(machine.maxInvocations);
        if (team.held) expect(4 * team.team * team.block).toBeGreaterThanOrEqual(cols % 4 === 0 ? cols : cols + 3);
        if (team.fold === 'subgroup') {
          expect(machine.subgroup).toBeDefined();
          expect(team.team).toBe(team.width);
          expect(team.subgroups * (machine.subgroup?.min ?? 0)).toBeGreaterThanOrEqual(team.width);
        }
      }),
    );
  });

  test('a processor without subgroups gets one lane a row, never a barrier', () => {
    const machine: Machine = { ...DEFAULT_MACHINE, kind: 'cpu' };
    for (const cols of [1, 1000, 100_000]) expect(planRows('softmax', machine, 1, cols).team.fold).toBe('lane');
  });

  test('a row that no binding holds is refused by name and size', () => {
    const cols = 40 * 2 ** 20;
    expect(() => planRows('softmax', DEFAULT_MACHINE, 2, cols)).toThrow(ShapeError);
    expect(() => planRows('softmax', DEFAULT_MACHINE, 2, cols)).toThrow(
      'softmax: a row of 41943040 elements takes 167772160 bytes, expected at most 134217472',
    );
  });
});

test('plans over elements cover each once, in whole vectors but for the last', () => {
  fc.assert(
    fc.property(machines, fc.integer({ min: 0, max: 3e6 }), fc.constantFrom(1, 4), (machine, size, perLane) => {
      let next = 0;
      for (const window of planElements(machine, size, perLane)) {
        expect(window.first).toBe(next);
        expect(window.first % 4).toBe(0);
        expect(4 * window.size).toBeLessThanOrEqual(machine.maxBindingBytes - machine.offsetAlignment);
        expect(window.groups * ELEMENT_WIDTH * perLane).toBeGreaterThanOrEqual(window.size);
        next += window.size;
      }
      expect(next).toBe(size);
    }),
  );
});

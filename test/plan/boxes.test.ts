import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, boxesOf, halfOf, spanOf } from '../../src/plan/boxes.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import { type Product, planMatmul, splitOf, tilesOf } from '../../src/plan/matmul.ts';
import { bindingRoom } from '../../src/plan/rows.ts';
import { stridesOf } from '../../src/plan/strides.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 });
/** A box whose destination is contiguous and whose source has its axes permuted. */
const boxes = fc
  .tuple(shapes, fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 }), fc.nat(5), fc.nat(7))
  .map(([shape, keys, gap, start]): Box => {
    const order = shape.map((_, axis) => axis).sort((a, b) => (keys[a] as number) - (keys[b] as number));
    const padded = order.map((axis) => (shape[axis] as number) + gap);
    const strides = stridesOf(padded);
    const from = shape.map((_, axis) => strides[order.indexOf(axis)] as number);
    return { shape, from, to: stridesOf(shape), fromStart: start, toStart: 2 * start };
  });

/** Yields the source and destination offsets of each element. */
function* movesOf({ shape, from, to, fromStart = 0, toStart = 0 }: Box): Generator<[number, number]> {
  const size = shape.reduce((product, length) => product * length, 1);
  const steps = stridesOf(shape);
  for (let i = 0; i < size; i++) {
    const at = shape.map((length, axis) => Math.floor(i / (steps[axis] as number)) % length);
    const place = (strides: readonly number[], start: number) =>
      at.reduce((sum, coordinate, axis) => sum + coordinate * (strides[axis] as number), start);
    yield [place(from, fromStart), place(to, toStart)];
  }
}

describe('the boxes of a copy', () => {
  test('move each element once and span at most the given room', () => {
    fc.assert(
      fc.property(boxes, fc.integer({ min: 1, max: 700 }), (box, room) => {
        const parts = boxesOf(box, room);
        const moves = parts.flatMap((part) => [...movesOf(part)].map(([from, to]) => `${from} ${to}`));
        expect(moves.sort()).toEqual([...movesOf(box)].map(([from, to]) => `${from} ${to}`).sort());
        for (const { shape, from, to } of parts) {
          expect(spanOf(shape, from)).toBeLessThanOrEqual(room);
          expect(spanOf(shape, to)).toBeLessThanOrEqual(room);
        }
      }),
    );
  });

  test('start where the copy starts, and at multiples of eight elements along long axes', () => {
    const parts = boxesOf({ shape: [4099], from: [1], to: [1] }, 1000);
    for (const { fromStart = 0, toStart = 0 } of parts) expect([fromStart % 8, toStart % 8]).toEqual([0, 0]);
  });

  test('halve an axis so that both halves are nonempty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 31 }), (length) => {
        expect(halfOf(length)).toBeGreaterThan(0);
        expect(halfOf(length)).toBeLessThan(length);
      }),
    );
  });
});

describe('matrix products', () => {
  const lengths = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 }));
  const products = fc.record({
    batches: fc.integer({ min: 1, max: 40 }),
    m: lengths,
    n: lengths,
    k: lengths,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  });
  const machines = fc.record({
    kind: fc.constantFrom<Machine['kind'][]>('gpu', 'cpu'),
    maxBindingBytes: fc.constantFrom(4096 + 256, 2 ** 16, 2 ** 20),
  });

  test('are halved until their matrices and the sums of their slices fit bindings', () => {
    fc.assert(
      fc.property(products, machines, fc.constantFrom(2 as const, 4 as const), (whole, limits, bytes) => {
        const machine = { ...DEFAULT_MACHINE, ...limits };
        const room = bindingRoom(machine);
        let product: Product = whole;
        for (let axis = splitOf(machine, product, bytes); axis; axis = splitOf(machine, product, bytes)) {
          const { m, n } = product;
          // One binding holds the sums of both halves of k.
          if (axis === 'k') expect(2 * 4 * m * n).toBeLessThanOrEqual(room);
          expect(product[axis]).toBeGreaterThan(1);
          product = { ...product, [axis]: Math.max(halfOf(product[axis]), product[axis] - halfOf(product[axis])) };
        }
        const { batches, m, n, k } = product;
        for (const size of [m * k, k * n, m * n]) expect(bytes * batches * size).toBeLessThanOrEqual(room);
        const { slices, sliceK, groups, edge, tiles, workgroupSize } = planMatmul(machine, batches, m, n, k);
        // There are enough workgroups for every tile of every slice, and no slice is empty.
        expect((tiles === 'lane' ? workgroupSize : 1) * groups).toBeGreaterThanOrEqual(
          tilesOf(edge, batches, m, n) * slices,
        );
        expect(slices * sliceK).toBeGreaterThanOrEqual(k);
        expect((slices - 1) * sliceK).toBeLessThan(k);
        if (slices > 1) expect(4 * slices * batches * m * n).toBeLessThanOrEqual(room);
      }),
    );
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { max } from '../../src/ops/max.ts';
import { mean } from '../../src/ops/mean.ts';
import { reduceRows } from '../../src/ops/reduce.ts';
import { sum } from '../../src/ops/sum.ts';
import { bitsOf, NAN_BITS } from '../../src/plan/bits.ts';
import { DEFAULT_MACHINE } from '../../src/plan/machine.ts';
import { planReduction } from '../../src/plan/reduction.ts';
import * as reference from '../../src/reference/index.ts';
import { openBackend } from '../support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

const ULP = 2 ** -23;

/** Values with a nonzero mean, so that sums do not cancel, and with outliers, which expose rounding errors. */
function values(size: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.25) * (i % 997 === 3 ? 1000 : 1);
  });
}

/** The largest error relative to Σ|x|, in ulp. */
async function worstOfSums(shape: number[], axis?: number | number[]): Promise<number> {
  const data = values(shape.reduce((a, b) => a * b, 1));
  using x = backend.tensor(data, shape);
  const options = axis === undefined ? {} : { axis };
  using y = sum(x, options);
  const expected = reference.sum({ shape, data }, options);
  const scale = reference.sum({ shape, data: data.map(Math.abs) }, options);
  expect(y.shape).toEqual(expected.shape);
  const actual = await y.data();
  const errors = [...actual].map((value, i) => Math.abs(value - expected.data[i]!) / scale.data[i]!);
  return Math.max(0, ...errors) / ULP;
}

describe('sum', () => {
  test.each([
    [[1]],
    [[7]],
    [[1, 1]],
    [[3, 5]],
    [[127, 4]],
    [[61, 131]],
    [[2, 4095]],
    [[2, 4096]],
    [[2, 4097]],
    [[1, 1_000_003]],
    [[3, 70_001]],
    [[65_537, 3]],
  ])('reduces the rows of %j', async (shape) => {
    const worst = await worstOfSums(shape, -1);
    expect(worst).toBeLessThan(4);
  });

  test.each([
    [[1_000_003], undefined],
    [[5, 7, 11], undefined],
    [[5, 7, 11], 0],
    [[5, 7, 11], 1],
    [
      [5, 7, 11],
      [0, 2],
    ],
    [
      [5, 7, 11],
      [-1, -2],
    ],
    [[784, 130], 0],
  ])('reduces %j along %j', async (shape, axis) => {
    expect(await worstOfSums(shape, axis)).toBeLessThan(4);
  });

  test('of a scalar is the scalar, with any axis argument', async () => {
    using x = backend.tensor(3);
    for (const options of [{}, { axis: 0 }, { axis: -1 }, { axis: [] }]) {
      using y = sum(x, options);
      expect(y.shape).toEqual([]);
      expect(await y.item()).toBe(3);
    }
  });

  test('keeps the reduced axes with length 1 if keepDims is set', () => {
    using x = backend.zeros([2, 3, 4]);
    using y = sum(x, { axis: [0, 2], keepDims: true });
    expect(y.shape).toEqual([1, 3, 1]);
  });

  test.each([2, 3, 5000, 100_000])('propagates NaN and infinities in their row only, %i columns', async (cols) => {
    const rows = [[NaN], [Infinity], [-Infinity], [Infinity, -Infinity], [Infinity, NaN], [1]];
    const data = rows.flatMap((special) => [...special, ...Array(cols - special.length).fill(1)]);
    using x = backend.tensor(data, [rows.length, cols]);
    using y = sum(x, { axis: 1 });
    expect([...(await y.data())]).toEqual([NaN, Infinity, -Infinity, NaN, NaN, cols]);
  });

  test('of no elements is 0', async () => {
    using x = backend.zeros([3, 0]);
    using y = sum(x, { axis: 1 });
    expect([...(await y.data())]).toEqual([0, 0, 0]);
    using all = sum(x);
    expect(await all.item()).toBe(0);
    using none = sum(x, { axis: 0 });
    expect(none.shape).toEqual([0]);
  });

  test('reads views at any offset', async () => {
    using x = backend.tensor(values(101));
    for (const start of [1, 2, 3, 4, 63, 64, 65]) {
      using view = x.view(start, [36]);
      using y = sum(view);
      const expected = reference.sum({ shape: [36], data: values(101).slice(start, start + 36) }).data[0]!;
      expect(Math.abs((await y.item()) / expected - 1)).toBeLessThan(2 * ULP);
    }
  });
});

describe('mean', () => {
  test('is the sum divided by the count', async () => {
    const data = values(6 * 1001);
    using x = backend.tensor(data, [6, 1001]);
    using y = mean(x, { axis: 1 });
    const expected = reference.mean({ shape: [6, 1001], data }, { axis: 1 });
    for (const [row, value] of (await y.data()).entries()) expect(value).toBeCloseTo(expected.data[row]!, 5);
  });

  test('of no elements is NaN', async () => {
    using x = backend.zeros([2, 0]);
    using y = mean(x, { axis: 1 });
    expect([...(await y.data())]).toEqual([NaN, NaN]);
    using all = mean(x);
    expect(await all.item()).toBe(NaN);
  });
});

describe('max', () => {
  test.each([[[1]], [[7, 3]], [[3, 4097]], [[1, 300_001]], [[2, 3, 5]]])('reduces the rows of %j', async (shape) => {
    const data = values(shape.reduce((a, b) => a * b, 1)).map((v) => v - 2000);
    using x = backend.tensor(data, shape);
    using y = max(x, { axis: -1 });
    expect(await y.data()).toEqual(Float32Array.from(reference.max({ shape, data }, { axis: -1 }).data));
  });

  test('orders all floats and puts NaN above them', async () => {
    const rows = [
      [-Infinity, -3.4e38],
      [-Infinity, -Infinity],
      [Infinity, 1],
      [-0, 0],
      [-1e-40, -1],
      [Infinity, NaN],
      [NaN, -Infinity],
    ];
    using x = backend.tensor(rows);
    using y = max(x, { axis: 1 });
    const f32 = Math.fround;
    expect([...(await y.data())]).toEqual([f32(-3.4e38), -Infinity, Infinity, 0, f32(-1e-40), NaN, NaN]);
  });

  test('is exact for integers', async () => {
    using i32 = backend.tensor(Int32Array.of(-5, -(2 ** 31), -7, 16_777_217, 16_777_216, 3), [2, 3]);
    using ofI32 = max(i32, { axis: 1 });
    expect(await ofI32.data()).toEqual(Int32Array.of(-5, 16_777_217));
    using u32 = backend.tensor(Uint32Array.of(2 ** 32 - 1, 2 ** 31, 5), [3]);
    using ofU32 = max(u32);
    expect(await ofU32.data()).toEqual(Uint32Array.of(2 ** 32 - 1));
  });

  test('of no elements is an error, as there is no largest', () => {
    using x = backend.zeros([2, 0]);
    expect(() => max(x, { axis: 1 })).toThrow('max: x is [2, 0], expected at least one element along the reduced axes');
    using none = max(x, { axis: 0 });
    expect(none.shape).toEqual([0]);
  });
});

describe('halves', () => {
  test.each([
    [[7, 61], -1],
    [[7, 64], -1],
    [[3, 4097], -1],
    [[1, 300_001], -1],
    [[61, 130], 0],
    [
      [5, 7, 11],
      [0, 2],
    ],
  ])('are summed in f32 and rounded once, %j along %j', async (shape, axis) => {
    const size = shape.reduce((a, b) => a * b, 1);
    for (const start of [0, 1]) {
      using all = backend.tensor(values(size + start), [size + start], 'f16');
      using x = all.view(start, shape);
      const host = { shape, data: await x.data() };
      const scale = reference.sum({ shape, data: host.data.map(Math.abs) }, { axis }).data;
      using largest = max(x, { axis });
      expect(await largest.data()).toEqual(Float32Array.from(reference.max(host, { axis }).data));
      for (const [op, onHost, divisor] of [
        [sum, reference.sum, 1],
        [mean, reference.mean, size / scale.length],
      ] as const) {
        using y = op(x, { axis });
        const truth = onHost(host, { axis }).data;
        expect(y.dtype).toBe('f16');
        for (const [i, value] of (await y.data()).entries()) {
          if (Math.abs(truth[i]!) > 65_519) {
            expect(Math.abs(value)).toBe(Infinity);
            continue;
          }
          const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(truth[i]!))), -14) - 10);
          expect(Math.abs(value - truth[i]!)).toBeLessThanOrEqual(unit / 2 + (4 * ULP * scale[i]!) / divisor);
        }
      }
    }
  });

  test('allow partial sums beyond the range of f16', async () => {
    using x = backend.tensor(
      Float32Array.from({ length: 40_000 }, (_, i) => (i < 20_000 ? 1000 : -1000)),
      [40_000],
      'f16',
    );
    expect(await sum(x).item()).toBe(0);
    expect(await mean(x.view(0, [20_000])).item()).toBe(1000);
    expect(await sum(x.view(0, [20_000])).item()).toBe(Infinity);
  });

  test('propagate NaN and infinities through sum and max', async () => {
    const rows = [
      [NaN, 1, 2],
      [Infinity, 1, -5],
      [-Infinity, -1, -65_504],
      [Infinity, -Infinity, 0],
      [-0, 0, -(2 ** -24)],
    ];
    using x = backend.tensor(rows, undefined, 'f16');
    expect([...(await sum(x, { axis: 1 }).data())]).toEqual([NaN, Infinity, -Infinity, NaN, -(2 ** -24)]);
    expect([...(await max(x, { axis: 1 }).data())]).toEqual([NaN, Infinity, -1, Infinity, 0]);
  });
});

describe('reduceRows', () => {
  async function reduced(rows: number[], divisor: number, denominator?: number, emptyBits = NAN_BITS): Promise<number> {
    using x = backend.tensor(rows, [rows.length]);
    using d = denominator === undefined ? undefined : backend.tensor(denominator);
    using y = backend.empty([], 'f32');
    reduceRows('sum', x, y, { divisor, emptyBits, ...(d && { denominator: d }) });
    return await y.item();
  }

  test('divides by the divisor and by a denominator on the device', async () => {
    expect(await reduced([1, 2, 3], 1)).toBe(6);
    expect(await reduced([1, 2, 3], 2)).toBe(3);
    expect(await reduced([1, 2, 3], 1, 4)).toBe(1.5);
    expect(await reduced([1, 2, 3], 2, 0.5)).toBe(6);
  });

  test('returns emptyBits if the denominator is 0', async () => {
    expect(await reduced([0, 0], 1, 0)).toBe(NaN);
    expect(await reduced([0, 0], 1, 0, bitsOf(0))).toBe(0);
    expect(await reduced([], 0)).toBe(NaN);
    expect(await reduced([], 1)).toBe(0);
  });

  test('divides special values as IEEE 754 specifies', async () => {
    expect(await reduced([1, NaN], 1, 2)).toBe(NaN);
    expect(await reduced([1, Infinity], 1, -2)).toBe(-Infinity);
    expect(await reduced([1], 1, Infinity)).toBe(0);
    expect(await reduced([Infinity], 1, Infinity)).toBe(NaN);
    expect(await reduced([1], 1, NaN)).toBe(NaN);
  });

  test('sums a million values in slices', async () => {
    const data = values(1_000_003);
    using x = backend.tensor(data);
    using y = backend.empty([], 'f32');
    reduceRows('sum', x, y, { divisor: data.length, emptyBits: NAN_BITS });
    expect(await y.item()).toBeCloseTo(reference.mean({ shape: [data.length], data }).data[0]!, 6);
  });
});

describe('a reduction', () => {
  test('frees its temporaries', () => {
    const before = backend.memory().liveBytes;
    const x = backend.zeros([50, 40, 30]);
    for (const axis of [0, 1, 2, [0, 1]]) sum(x, { axis }).dispose();
    max(x, { axis: 1 }).dispose();
    x.dispose();
    expect(backend.memory().liveBytes).toBe(before);
  });

  test('names the invalid argument', () => {
    using x = backend.zeros([2, 3]);
    using i = backend.zeros([2], 'i32');
    expect(() => sum(x, { axis: 2 })).toThrow('sum: axis is 2, expected a whole number in [-2, 1] for rank 2');
    expect(() => sum(x, { axis: [0, -2] })).toThrow('sum: axis is [0, -2], expected no axis twice');
    expect(() => mean(i)).toThrow('mean: x is i32, expected f32 or f16');
    x.dispose();
    expect(() => sum(x)).toThrow('sum: x [2, 3] was disposed of');
  });

  test.each([
    [1, 1],
    [1, 2 ** 28 + 5],
    [3, 40_000_001],
    [300, 4097],
    [7, 0],
    [1_000_003, 5],
    [9, 3_000_000],
  ])('covers every element of %i rows of %i exactly once, within the limits', (rows, cols) => {
    for (const kind of ['gpu', 'cpu'] as const) {
      const machine = { ...DEFAULT_MACHINE, kind };
      const { windows, slices, sliceCols, team, aligned } = planReduction(machine, rows, cols);
      let next = 0;
      let value = 0;
      for (const window of windows) {
        expect(window.first).toBe(next);
        expect(window.firstValue).toBe(value);
        expect(4 * window.rows * window.cols).toBeLessThanOrEqual(machine.maxBindingBytes - machine.offsetAlignment);
        expect(Math.max(1, Math.ceil(window.cols / sliceCols))).toBe(window.slices);
        expect(window.groups * (team.workgroupSize / team.lanesPerRow)).toBeGreaterThanOrEqual(
          window.rows * window.slices,
        );
        if (aligned) expect(window.first % 4).toBe(0);
        next += window.rows * window.cols;
        value += window.rows * window.slices;
      }
      expect(next).toBe(rows * cols);
      expect(value).toBe(rows * slices);
    }
  });
});

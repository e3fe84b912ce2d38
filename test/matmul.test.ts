import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../src/backend.ts';
import { type MatmulOptions, matmul } from '../src/ops/matmul.ts';
import type { Machine } from '../src/plan/machine.ts';
import { planMatmul } from '../src/plan/matmul.ts';
import * as judge from '../src/reference/index.ts';
import { matmul as honestLoop } from '../src/reference/single.ts';
import { openBackend } from './support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

const ULP = 2 ** -23;

function values(size: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.25) * (i % 997 === 3 ? 1000 : 1);
  });
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** The worst error of an entry over Σ|a|·|b|, in ulp: of the GPU, and of an honest f32 loop in blocks of 256. */
async function worst(shapeA: number[], shapeB: number[], options: MatmulOptions = {}) {
  const a = { shape: shapeA, data: values(sizeOf(shapeA), 1) };
  const b = { shape: shapeB, data: values(sizeOf(shapeB), 2) };
  using left = backend.tensor(a.data, shapeA);
  using right = backend.tensor(b.data, shapeB);
  using c = matmul(left, right, options);
  const expected = judge.matmul(a, b, options);
  const absolute = (x: typeof a) => ({ ...x, data: x.data.map(Math.abs) });
  const scale = judge.matmul(absolute(a), absolute(b), options);
  expect(c.shape).toEqual(expected.shape);
  const worstOf = (actual: ArrayLike<number>) =>
    expected.data.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value) / scale.data[i]! / ULP), 0);
  return { error: worstOf(await c.data()), honest: worstOf(honestLoop(a, b, options).data) };
}

/** That a product of halves is summed in f32 and rounded once. */
async function expectHalves(m: number, k: number, n: number, options: MatmulOptions) {
  const [shapeA, shapeB] = [options.transposeA ? [k, m] : [m, k], options.transposeB ? [n, k] : [k, n]];
  using a = backend.tensor(values(m * k, 1), shapeA, 'f16');
  using b = backend.tensor(values(k * n, 2), shapeB, 'f16');
  using c = matmul(a, b, options);
  expect(c.dtype).toBe('f16');
  const [left, right] = [
    { shape: shapeA, data: await a.data() },
    { shape: shapeB, data: await b.data() },
  ];
  const truth = judge.matmul(left, right, options).data;
  const absolute = (x: typeof left) => ({ ...x, data: x.data.map(Math.abs) });
  const scale = judge.matmul(absolute(left), absolute(right), options).data;
  for (const [i, value] of (await c.data()).entries()) {
    if (Math.abs(truth[i]!) > 65_519) continue; // on the way to infinity
    const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(truth[i]!))), -14) - 10);
    expect(Math.abs(value - truth[i]!)).toBeLessThanOrEqual(unit / 2 + 4 * ULP * scale[i]!);
  }
}

describe('matmul', () => {
  test.each([
    [1, 1, 1],
    [3, 2, 5],
    [4, 4, 4],
    [5, 7, 9],
    [17, 31, 13],
    [64, 64, 64],
    [128, 784, 10],
    [33, 1001, 35],
    [1, 4099, 1],
    [2, 70_001, 3],
  ])('of m × k by k × n in all four layouts: %i, %i, %i', async (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const [shapeA, shapeB] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
        const { error, honest } = await worst(shapeA, shapeB, { transposeA, transposeB });
        expect(error).toBeLessThanOrEqual(Math.max(1, 2 * honest));
      }
    }
  });

  test('of each entry of the leading axes', async () => {
    const all = [
      await worst([2, 3, 5, 6], [2, 3, 6, 7]),
      await worst([4, 8, 4], [4, 8, 12], { transposeA: true }),
      await worst([1, 300, 2], [1, 2, 300]),
      await worst([3, 2, 600], [3, 5, 600], { transposeB: true }),
    ];
    for (const { error, honest } of all) expect(error).toBeLessThanOrEqual(Math.max(1, 2 * honest));
  });

  test.each([
    [1, 1, 1],
    [5, 7, 9],
    [32, 64, 48],
    [33, 1001, 35],
    [2, 4099, 3],
    [128, 784, 10],
  ])('of halves is summed in f32 and rounded once: %i, %i, %i', async (m, k, n) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, true],
    ]) {
      await expectHalves(m, k, n, { transposeA: transposeA!, transposeB: transposeB! });
    }
  });

  test('of halves goes through sums that no half holds', async () => {
    using a = backend.full([1, 8192], 256, 'f16');
    using b = backend.tensor(
      Float32Array.from({ length: 8192 }, (_, i) => (i < 4096 ? 256 : -256) + (i === 0 ? 0.25 : 0)),
      [8192, 1],
      'f16',
    );
    using c = matmul(a, b);
    expect(await c.item()).toBe(64);
    using large = matmul(a, a, { transposeB: true });
    expect(await large.item()).toBe(Infinity);
  });

  test('reads views that start anywhere', async () => {
    const data = values(200, 3);
    using all = backend.tensor(data);
    using a = all.view(5, [4, 8]);
    using b = all.view(67, [8, 4]);
    using c = matmul(a, b);
    const expected = judge.matmul(
      { shape: [4, 8], data: data.slice(5, 37) },
      { shape: [8, 4], data: data.slice(67, 99) },
    );
    for (const [i, value] of (await c.data()).entries()) expect(value).toBeCloseTo(expected.data[i]!, 3);
  });

  test('keeps what stands past the last k out of the sum, NaN too', async () => {
    using all = backend.tensor([1, 2, 3, NaN, NaN, NaN, NaN, NaN]);
    using row = all.view(0, [1, 3]);
    using column = all.view(0, [3, 1]);
    using c = matmul(row, column);
    expect(await c.item()).toBe(14);
  });

  test('carries NaN and infinities along their own row and column', async () => {
    using a = backend.tensor([
      [1, NaN],
      [1, 1],
      [Infinity, 1],
    ]);
    using b = backend.tensor([
      [1, 2],
      [3, 4],
    ]);
    using c = matmul(a, b);
    expect([...(await c.data())]).toEqual([NaN, NaN, 4, 6, Infinity, Infinity]);
  });

  test('over nothing is 0, of nothing is empty', async () => {
    using a = backend.zeros([2, 0]);
    using b = backend.zeros([0, 3]);
    using c = matmul(a, b);
    expect([...(await c.data())]).toEqual([0, 0, 0, 0, 0, 0]);
    using none = matmul(b, backend.zeros([3, 5]));
    expect(none.shape).toEqual([0, 5]);
    expect((await none.data()).length).toBe(0);
  });

  test('gives the same bits twice', async () => {
    using a = backend.tensor(values(128 * 784, 1), [128, 784]);
    using b = backend.tensor(values(784 * 10, 2), [784, 10]);
    using first = matmul(a, b);
    using second = matmul(a, b);
    expect(await second.data()).toEqual(await first.data());
  });

  test('frees what it needed in between', () => {
    using a = backend.zeros([4, 4096]);
    using b = backend.zeros([4096, 4]);
    const before = backend.memory().liveBytes;
    matmul(a, b).dispose();
    expect(backend.memory().liveBytes).toBe(before);
  });

  test('names the factor that does not fit', () => {
    using a = backend.zeros([2, 3]);
    using b = backend.zeros([4, 5]);
    using v = backend.zeros([3]);
    using batch = backend.zeros([2, 3, 5]);
    using labels = backend.zeros([3, 5], 'i32');
    expect(() => matmul(a, b)).toThrow('matmul: b is [4, 5], expected [3, ...] to multiply a [2, 3]');
    expect(() => matmul(a, b, { transposeB: true })).toThrow(
      'matmul: b is [4, 5], expected [..., 3] to multiply a [2, 3]',
    );
    expect(() => matmul(a, b, { transposeA: true })).toThrow(
      'matmul: b is [4, 5], expected [2, ...] to multiply a [2, 3] transposed',
    );
    expect(() => matmul(a, batch)).toThrow('matmul: b is [2, 3, 5], expected [3, ...] to multiply a [2, 3]');
    expect(() => matmul(batch, a)).toThrow('matmul: b is [2, 3], expected [2, 5, ...] to multiply a [2, 3, 5]');
    expect(() => matmul(v, b)).toThrow('matmul: a is [3], expected at least two axes');
    expect(() => matmul(a, labels)).toThrow('matmul: b is i32, expected f32 like a');
    expect(() => matmul(a, b.cast('f16'))).toThrow('matmul: b is f16, expected f32 like a');
    expect(() => matmul(labels, labels)).toThrow('matmul: a is i32, expected f32 or f16');
  });
});

describe('matmul as for a GPU, in tiles of workgroups', () => {
  let own: Machine;
  beforeAll(() => {
    own = backend.runtime.machine;
    backend.runtime.machine = { ...own, kind: 'gpu' };
  });
  afterAll(() => {
    backend.runtime.machine = own;
  });

  const LAYOUTS = [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ transposeA, transposeB })),
  );
  const shapesOf = (m: number, k: number, n: number, { transposeA, transposeB }: (typeof LAYOUTS)[number]) => ({
    shapeA: transposeA ? [k, m] : [m, k],
    shapeB: transposeB ? [n, k] : [k, n],
  });

  async function expectHonest(m: number, k: number, n: number, layout: (typeof LAYOUTS)[number]) {
    expect(planMatmul(backend.runtime.machine, 1, m, n, k).tiles).toBe('workgroup');
    const { shapeA, shapeB } = shapesOf(m, k, n, layout);
    const { error, honest } = await worst(shapeA, shapeB, layout);
    expect(error).toBeLessThanOrEqual(Math.max(1, 2 * honest));
  }

  // All rows in vectors of four, or none: a software adapter takes seconds to compile a kernel with barriers.
  test.each([
    [64, 16, 64],
    [128, 128, 60],
    [130, 61, 59],
    [53, 17, 130],
    [57, 643, 62],
  ])('of m × k by k × n in all four layouts: %i, %i, %i', async (m, k, n) => {
    for (const layout of LAYOUTS) await expectHonest(m, k, n, layout);
  });

  test.each([
    [64, 33, 64],
    [46, 16, 46],
    [66, 36, 128],
    [60, 1001, 63],
  ])('where the rows of some only are vectors of four: %i, %i, %i', async (m, k, n) => {
    for (const layout of LAYOUTS.slice(1, 3)) await expectHonest(m, k, n, layout);
  });

  test('in blocks of slices of k', async () => {
    await expectHonest(46, 16_389, 47, LAYOUTS[0]!);
  });

  test('of each entry of the leading axes, over more workgroups than a dimension holds', async () => {
    const { machine } = backend.runtime;
    try {
      for (const maxGroups of [machine.maxGroups, 5]) {
        backend.runtime.machine = { ...machine, maxGroups };
        for (const options of LAYOUTS) {
          const { shapeA, shapeB } = shapesOf(90, 37, 94, options);
          const { error, honest } = await worst([2, 3, ...shapeA], [2, 3, ...shapeB], options);
          expect(error).toBeLessThanOrEqual(Math.max(1, 2 * honest));
        }
      }
    } finally {
      backend.runtime.machine = machine;
    }
  });

  test.each([
    [64, 16, 64],
    [65, 37, 127],
    [128, 200, 60],
  ])('of halves is summed in f32 and rounded once: %i, %i, %i', async (m, k, n) => {
    for (const options of k > 128 ? LAYOUTS.slice(3) : LAYOUTS) await expectHalves(m, k, n, options);
  });

  test('reads views that start anywhere', async () => {
    const [m, k, n] = [64, 20, 64];
    const data = values(m * k + k * n + 7, 3);
    using all = backend.tensor(data);
    using a = all.view(5, [m, k]);
    using b = all.view(m * k + 7, [k, n]);
    using c = matmul(a, b);
    const expected = judge.matmul(
      { shape: [m, k], data: data.slice(5, 5 + m * k) },
      { shape: [k, n], data: data.slice(m * k + 7) },
    );
    for (const [i, value] of (await c.data()).entries()) expect(value).toBeCloseTo(expected.data[i]!, 1);
  });

  test.each(['f32', 'f16'] as const)('keeps what stands past the last k, row and column out: %s', async (dtype) => {
    // Ones, and NaN after them.
    const [m, k, n] = [65, 19, 127];
    const withNaN = (size: number) => Float32Array.from({ length: size + 4096 }, (_, i) => (i < size ? 1 : NaN));
    for (const options of LAYOUTS) {
      const { shapeA, shapeB } = shapesOf(m, k, n, options);
      using a = backend.tensor(withNaN(m * k), [m * k + 4096], dtype);
      using b = backend.tensor(withNaN(k * n), [k * n + 4096], dtype);
      using left = a.view(0, shapeA);
      using right = b.view(0, shapeB);
      using c = matmul(left, right, options);
      expect(new Set(await c.data())).toEqual(new Set([k]));
    }
  });

  test('carries NaN and infinities along their own row and column', async () => {
    const [m, k, n] = [66, 35, 126];
    for (const options of LAYOUTS) {
      const { shapeA, shapeB } = shapesOf(m, k, n, options);
      const data = { a: new Float32Array(m * k).fill(1), b: new Float32Array(k * n).fill(1) };
      const a = (row: number, at: number) => (options.transposeA ? at * m + row : row * k + at);
      const b = (at: number, col: number) => (options.transposeB ? col * k + at : at * n + col);
      data.a[a(2, 34)] = NaN;
      data.a[a(64, 0)] = Infinity;
      data.b[b(33, 69)] = -Infinity;
      data.b[b(17, 5)] = NaN;
      using left = backend.tensor(data.a, shapeA);
      using right = backend.tensor(data.b, shapeB);
      using c = matmul(left, right, options);
      const expected = judge.matmul({ shape: shapeA, data: data.a }, { shape: shapeB, data: data.b }, options).data;
      expect([...(await c.data())]).toEqual([...expected]);
      expect(expected.filter((value) => value === k)).toHaveLength((m - 2) * (n - 2));
    }
  });

  test('gives the same bits twice', async () => {
    using a = backend.tensor(values(61 * 784, 1), [61, 784]);
    using b = backend.tensor(values(784 * 61, 2), [784, 61]);
    using first = matmul(a, b);
    using second = matmul(a, b);
    expect(await second.data()).toEqual(await first.data());
  });

  test('is for results that fill tiles, and for workgroups that have the lanes', () => {
    const gpu = backend.runtime.machine;
    const tilesOf = (machine: Machine, m: number, n: number, k: number) => planMatmul(machine, 1, m, n, k).tiles;
    expect(tilesOf(gpu, 4096, 4096, 4096)).toBe('workgroup');
    expect(tilesOf(gpu, 4096, 32, 4096)).toBe('workgroup');
    expect(tilesOf(gpu, 4096, 31, 4096)).toBe('lane');
    expect(tilesOf(gpu, 10, 4096, 4096)).toBe('lane');
    expect(tilesOf(gpu, 64, 64, 15)).toBe('lane');
    expect(tilesOf({ ...gpu, maxInvocations: 64 }, 4096, 4096, 4096)).toBe('lane');
    expect(tilesOf({ ...gpu, kind: 'cpu' }, 4096, 4096, 4096)).toBe('lane');
  });
});

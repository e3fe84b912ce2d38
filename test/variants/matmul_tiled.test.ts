import { afterAll, aroundEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { matmul } from '../../src/ops/matmul.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { planMatmul } from '../../src/plan/matmul.ts';
import * as reference from '../../src/reference/index.ts';
import { expectHalves, values, worst } from '../matmul_support.ts';
import { openBackend } from '../support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

describe('matmul planned for a GPU, in workgroup tiles', () => {
  aroundEach((run) => {
    const { runtime } = backend;
    return runtime.withMachine({ ...runtime.machine, kind: 'gpu' }, run);
  });

  const LAYOUTS = [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ transposeA, transposeB })),
  );
  const shapesOf = (m: number, k: number, n: number, { transposeA, transposeB }: (typeof LAYOUTS)[number]) => ({
    shapeA: transposeA ? [k, m] : [m, k],
    shapeB: transposeB ? [n, k] : [k, n],
  });

  async function expectWithinBudget(m: number, k: number, n: number, layout: (typeof LAYOUTS)[number]) {
    expect(planMatmul(backend.runtime.machine, 1, m, n, k).tiles).toBe('workgroup');
    const { shapeA, shapeB } = shapesOf(m, k, n, layout);
    const { error, baseline } = await worst(backend, shapeA, shapeB, layout);
    expect(error).toBeLessThanOrEqual(Math.max(1, 2 * baseline));
  }

  // All rows in vectors of four, or none. A software adapter takes seconds to compile a kernel with barriers.
  test.each([
    [64, 16, 64],
    [128, 128, 60],
    [130, 61, 59],
    [53, 17, 130],
    [57, 643, 62],
  ])('multiplies m × k by k × n in all four layouts: %i, %i, %i', async (m, k, n) => {
    for (const layout of LAYOUTS) await expectWithinBudget(m, k, n, layout);
  });

  test.each([
    [64, 33, 64],
    [46, 16, 46],
    [66, 36, 128],
    [60, 1001, 63],
  ])('multiplies operands of which only some have rows in vectors of four: %i, %i, %i', async (m, k, n) => {
    for (const layout of LAYOUTS.slice(1, 3)) await expectWithinBudget(m, k, n, layout);
  });

  test('sums slices of k in blocks', async () => {
    await expectWithinBudget(46, 16_389, 47, LAYOUTS[0]!);
  });

  test('multiplies every pair of matrices over the leading axes, beyond the workgroups of one dimension', async () => {
    const { runtime } = backend;
    for (const maxGroups of [runtime.machine.maxGroups, 5]) {
      await runtime.withMachine({ ...runtime.machine, maxGroups }, async () => {
        for (const options of LAYOUTS) {
          const { shapeA, shapeB } = shapesOf(90, 37, 94, options);
          const { error, baseline } = await worst(backend, [2, 3, ...shapeA], [2, 3, ...shapeB], options);
          expect(error).toBeLessThanOrEqual(Math.max(1, 2 * baseline));
        }
      });
    }
  });

  test.each([
    [64, 16, 64, LAYOUTS],
    [65, 37, 127, LAYOUTS.slice(1, 3)],
    [128, 200, 60, LAYOUTS.slice(3)],
  ] as const)('sums products of halves in f32 and rounds once: %i, %i, %i', async (m, k, n, layouts) => {
    for (const options of layouts) await expectHalves(backend, m, k, n, options);
  });

  test('reads views at any offset', async () => {
    const [m, k, n] = [64, 20, 64];
    const data = values(m * k + k * n + 7, 3);
    using all = backend.tensor(data);
    using a = all.view(5, [m, k]);
    using b = all.view(m * k + 7, [k, n]);
    using c = matmul(a, b);
    const expected = reference.matmul(
      { shape: [m, k], data: data.slice(5, 5 + m * k) },
      { shape: [k, n], data: data.slice(m * k + 7) },
    );
    for (const [i, value] of (await c.data()).entries()) expect(value).toBeCloseTo(expected.data[i]!, 1);
  });

  test.each(['f32', 'f16'] as const)('ignores the elements past the last k, row and column: %s', async (dtype) => {
    // Ones, followed by NaN.
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

  test('propagates NaN and infinities along their row or column only', async () => {
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
      const expected = reference.matmul({ shape: shapeA, data: data.a }, { shape: shapeB, data: data.b }, options).data;
      expect([...(await c.data())]).toEqual([...expected]);
      expect(expected.filter((value) => value === k)).toHaveLength((m - 2) * (n - 2));
    }
  });

  test('gives the same bits on every run', async () => {
    using a = backend.tensor(values(61 * 784, 1), [61, 784]);
    using b = backend.tensor(values(784 * 61, 2), [784, 61]);
    using first = matmul(a, b);
    using second = matmul(a, b);
    expect(await second.data()).toEqual(await first.data());
  });

  test('is planned for results that fill tiles and for machines with enough lanes per workgroup', () => {
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

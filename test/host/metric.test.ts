// How the check measures and reports an error.

import { describe, expect, test } from 'vitest';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { halfUlp, toHalf } from '../../src/conformance/suite/half.ts';
import { neverNegative, relativeWithin } from '../../src/conformance/suite/limits.ts';
import { worstError, worstHalfError } from '../../src/conformance/suite/metric.ts';
import type { CheckReport } from '../../src/conformance/suite/report.ts';
import { accuracyPage } from '../../tools/accuracy/page.ts';

test('every op except mean, which is a sum, has a quick case with the default plan', () => {
  const ops = new Set(allCases().map(({ op }) => op));
  const quick = new Set(allCases().flatMap(({ op, quick }) => (quick.includes('default') ? [op] : [])));
  expect([...ops].filter((op) => !quick.has(op))).toEqual(['mean']);
});

describe('the error metric for f32', () => {
  const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
  const error = (got: number, truth: number, floor = 0) => worstError([got], Float64Array.of(truth), floor).ulp;

  test('counts ulps of the value, or of the floor where that is larger', () => {
    expect(error(1 + 2 ** -23, 1)).toBe(1);
    expect(error(3 * 2 ** -23, 2 ** -23, 1)).toBe(2);
    expect(error(0, -0)).toBe(0);
    expect(error(1e-9, 0)).toBe(INF);
  });

  test('requires the same kind of value where the reference is non-finite in f32', () => {
    expect(error(NAN, NAN)).toBe(0);
    expect(error(INF, 1e39)).toBe(0);
    for (const [got, truth] of [
      [0, NAN],
      [NAN, 0],
      [INF, -INF],
      [3.4e38, INF],
    ] as const) {
      expect(error(got, truth)).toBe(INF);
    }
  });

  test('reports a result that is too short as an infinite error', () => {
    expect(worstError([1], Float64Array.of(1, 1)).ulp).toBe(INF);
  });
});

describe('the error metric for f16', () => {
  const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
  const measure = (got: number, truth: number, allowed = 2, floor = 0) =>
    worstHalfError([got], Float64Array.of(truth), allowed, floor);
  const ok = (...numbers: Parameters<typeof measure>) => {
    const { ulp, budget } = measure(...numbers);
    return ulp <= budget;
  };

  test('has the right ulp at every magnitude, and rounds to nearest, ties to even', () => {
    expect([1, 1.999, 2, 2 ** -14, 2 ** -15, 0, 65504].map(halfUlp)).toEqual([
      ...[2 ** -10, 2 ** -10, 2 ** -9, 2 ** -24, 2 ** -24, 2 ** -24, 32],
    ]);
    expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519.99, 65520, 2 ** -25, 2 ** -25 * 1.001].map(toHalf)).toEqual([
      ...[1, 1 + 2 ** -9, 65504, INF, 0, 2 ** -24],
    ]);
  });

  test('requires the rounding of the reference, except near the midpoint of two halves', () => {
    const middle = 1 + 2 ** -11;
    expect(measure(1, 1 + 2 ** -12)).toMatchObject({ ulp: 0.25, misrounded: 0 });
    expect(ok(1 + 2 ** -10, 1 + 2 ** -12)).toBe(false);
    expect(ok(1 + 2 ** -10, middle - 2 ** -23)).toBe(true);
    expect(measure(1 + 2 ** -10, middle - 2 ** -23).misrounded).toBe(1);
    expect(ok(1 + 2 ** -10, middle - 2 ** -20)).toBe(false);
    // Where terms of size 1 cancel, f32 is off by ulps of 1.
    expect(ok(3 * 2 ** -24, 2 ** -24, 2, 0)).toBe(false);
    expect(ok(3 * 2 ** -24, 2 ** -24, 2, 1)).toBe(true);
  });

  test('counts infinity as the next half, and treats every NaN alike', () => {
    expect(ok(INF, 65520)).toBe(true);
    expect(ok(65504, 65520)).toBe(true);
    expect(ok(65504, 65530)).toBe(false);
    expect(ok(INF, 65500)).toBe(false);
    expect(ok(INF, 1e9)).toBe(true);
    expect(ok(-INF, 1e9)).toBe(false);
    expect(ok(NAN, NAN)).toBe(true);
    expect(ok(0, NAN)).toBe(false);
    expect(ok(NAN, 0)).toBe(false);
    expect(ok(65504, INF)).toBe(false);
  });

  test('reports the index of the worst element, and counts the misrounded ones', () => {
    const [near, far] = [1 + 2 ** -11 - 2 ** -23, 1 + 2 ** -12];
    const found = worstHalfError([1 + 2 ** -10, 1 + 2 ** -10, 1], Float64Array.of(near, far, 1), 2);
    expect(found).toMatchObject({ index: 1, ulp: 0.75, misrounded: 2 });
  });
});

test('the accuracy page lists every op, dtype and adapter, and what exceeds the error budget', () => {
  const adapter = { vendor: 'v', architecture: 'a', description: 'driver 1', software: false, features: [] };
  const row = { op: 'softmax', plan: 'default', cases: 1, error: 0.5, baseline: 0.5, budget: 1, ok: true } as const;
  const report: CheckReport = {
    ...{ adapter, limits: 'adapter', form: 'full', missing: [], cases: 1, results: 2, seconds: 1, ok: false },
    rows: [
      { ...row, from: 'f32', to: 'f32', error: 2, ok: false },
      { ...row, from: 'f16', to: 'f16', misrounded: 0.25 },
    ],
    over: [
      {
        op: 'softmax',
        from: 'f32',
        to: 'f32',
        plan: 'default',
        name: 'x',
        result: 'y',
        error: 2,
        baseline: 0.5,
        budget: 1,
      },
    ],
  };
  const page = accuracyPage([
    { host: 'Node', report },
    { host: 'browser', report: { ...report, rows: report.rows.slice(1), over: [] } },
  ]);
  expect(page).toContain('| op | dtype | v a, Node | v a, browser |');
  expect(page).toContain('| softmax | f32 | **2.00** (0.50, 1.00) |  |');
  expect(page).toContain('| softmax | f16 | 0.50 (1.00), 25 % | 0.50 (1.00), 25 % |');
  expect(page).toContain('- v a, Node: softmax, default, x');
});

test('limits report what is violated, and undefined otherwise', () => {
  expect(relativeWithin(1e-6, 1e-7)([1 + 2e-6, 0], Float64Array.of(1, 1e-9))).toMatch(/^\[0\] is 1.000002, expected 1/);
  expect(relativeWithin(1e-6, 1e-7)([1, 0], Float64Array.of(1, 1e-9))).toBeUndefined();
  expect(neverNegative([1e-9], Float64Array.of(0))).toBe('[0] is 1e-9, expected exactly 0');
  expect(neverNegative([-1], Float64Array.of(1))).toBe('[0] is -1, expected at least 0');
});

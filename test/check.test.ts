import { describe, expect, test } from 'vitest';
import { type Case, defineCase } from '../src/cli/check/case.ts';
import { allCases } from '../src/cli/check/cases/index.ts';
import { check, exitCodeOf } from '../src/cli/check/check.ts';
import { neverNegative, relativeWithin, rowsSumToOne } from '../src/cli/check/limits.ts';
import { worstError } from '../src/cli/check/metric.ts';
import { renderReport } from '../src/cli/check/report.ts';
import { useBackend } from './support.ts';

const backend = useBackend();

test('the quick check finds nothing over what is allowed, and gives its memory back', {
  timeout: 600_000,
}, async () => {
  const report = await check(backend(), { quick: true });
  expect(report.over).toEqual([]);
  expect(exitCodeOf(report)).toBe(0);
  expect(report.results).toBeGreaterThan(300);
  const { liveBytes, pooledBytes } = backend().memory();
  // Answers to labels that the GPU checked, and the dummy that stands for absent inputs.
  expect(liveBytes + pooledBytes).toBeLessThan(2 ** 16);
});

test('every op has a quick case by the planner’s own choice, but the mean, which is a sum', () => {
  const ops = new Set(allCases().map(({ op }) => op));
  const quick = new Set(allCases().flatMap(({ op, quick }) => (quick.includes('own') ? [op] : [])));
  expect([...ops].filter((op) => !quick.has(op))).toEqual(['mean']);
});

describe('the check notices', () => {
  /** The quick softmax case, with one thing changed. */
  const changed = (change: Partial<Case>): Case => {
    const right = allCases().find(({ op, name }) => op === 'softmax' && name === '5 × 257') as Case;
    return { ...right, quick: ['own'], ...change };
  };
  const run = async (item: Case) => check(backend(), { quick: true, cases: [item] });

  test('a result that is not the judge’s', async () => {
    const right = changed({});
    const judge = () => ({ y: (right.judge().y as Float64Array).map((p, i) => (i === 300 ? p * 1.001 : p)) });
    const report = await run(changed({ judge }));
    expect(exitCodeOf(report)).toBe(1);
    expect(report.over).toHaveLength(1);
    expect(report.over[0]?.over).toMatch(/^\[300\] is .*, expected /);
    expect(renderReport(report)).toMatch(/softmax +own +1 .* OVER/);
    expect(renderReport(report)).toMatch(/1 cases, 1 results against float64, 1 over/);
  });

  test('a limit that does not hold', async () => {
    const report = await run(changed({ limits: { y: [rowsSumToOne(256)] } }));
    expect(report.over[0]?.over).toMatch(/^row 1 sums to 0.9998.*, expected 1 within 1e-6$/);
  });

  test('a result that another run does not give', async () => {
    let runs = 0;
    const item = defineCase({
      op: 'full',
      name: 'counts its runs',
      quick: true,
      // Far below an ulp of the floor, so that only the bits tell.
      run: (upload) => ({ y: upload({ shape: [1], data: Float32Array.of(++runs * 1e-20) }) }),
      compute: () => ({ y: { data: [1e-20] } }),
      floors: () => ({ y: Number.POSITIVE_INFINITY }),
    });
    expect((await run(item)).over[0]?.over).toBe('another run gave other bits');
  });

  test('an op that fails', async () => {
    const report = await run(changed({ run: (upload) => ({ y: upload({ shape: [1], data: Float32Array.of(1) }) }) }));
    expect(report.over[0]?.error).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the metric', () => {
  const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
  const error = (got: number, truth: number, floor = 0) => worstError([got], Float64Array.of(truth), floor).ulp;

  test('counts ulps of the value, or of the floor where that is larger', () => {
    expect(error(1 + 2 ** -23, 1)).toBe(1);
    expect(error(3 * 2 ** -23, 2 ** -23, 1)).toBe(2);
    expect(error(0, -0)).toBe(0);
    expect(error(1e-9, 0)).toBe(INF);
  });

  test('wants the same kind where a value is not finite in f32', () => {
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

  test('notices a result that is too short', () => {
    expect(worstError([1], Float64Array.of(1, 1)).ulp).toBe(INF);
  });
});

test('limits say what does not hold, and nothing where it does', () => {
  expect(relativeWithin(1e-6, 1e-7)([1 + 2e-6, 0], Float64Array.of(1, 1e-9))).toMatch(/^\[0\] is 1.000002, expected 1/);
  expect(relativeWithin(1e-6, 1e-7)([1, 0], Float64Array.of(1, 1e-9))).toBeUndefined();
  expect(neverNegative([1e-9], Float64Array.of(0))).toBe('[0] is 1e-9, expected exactly 0');
  expect(neverNegative([-1], Float64Array.of(1))).toBe('[0] is -1, expected at least 0');
});

import { describe, expect, test } from 'vitest';
import { keepQuickCheck } from '../../scripts/quick_check.ts';
import { renderReport } from '../../src/cli/check/render.ts';
import type { Case } from '../../src/conformance/suite/case.ts';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { check, exitCodeOf } from '../../src/conformance/suite/check.ts';
import { rowsIn } from '../../src/conformance/suite/data.ts';
import { rowsSumToOne } from '../../src/conformance/suite/limits.ts';
import { type Finding, runCases } from '../../src/conformance/suite/run.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('the quick check finds nothing over the error budget, and frees its memory', {
  timeout: 600_000,
}, async () => {
  const report = await check(backend(), { quick: true });
  keepQuickCheck(report);
  expect(report.over).toEqual([]);
  expect(exitCodeOf(report)).toBe(0);
  expect(report.results).toBeGreaterThan(500);
  const { liveBytes, pooledBytes } = backend().memory();
  // What remains are the results of label checks on the GPU and the placeholder for absent inputs.
  expect(liveBytes + pooledBytes).toBeLessThan(2 ** 16);
});

test('every fold of the adapter has rows of its own where the quick form asks for every fold', async () => {
  const folds = ['lane', 'workgroup', ...(backend().runtime.machine.subgroup ? ['subgroup'] : [])];
  const plansOf = async (everyFold: boolean) => {
    const { rows, over } = await check(backend(), { quick: true, everyFold, op: 'meanSquaredError' });
    expect(over).toEqual([]);
    return new Set(rows.filter(({ from }) => from === 'f32').map(({ plan }) => plan));
  };
  const [usual, every] = [await plansOf(false), await plansOf(true)];
  expect(folds.filter((fold) => !(every as Set<string>).has(fold))).toEqual([]);
  expect(usual.has('lane')).toBe(false);
});

test('a run reports findings case by case, and stops when it is aborted', async () => {
  const cases = allCases().filter(({ op, quick }) => op === 'relu' && quick.length > 0);
  expect(cases.length).toBeGreaterThan(2);
  const own = cases.map((item) => ({ ...item, plans: item.quick }));
  const heard: (readonly Finding[])[] = [];
  const all = await runCases(backend(), own, {
    together: 2,
    onCase: (done, total, findings) => {
      expect([done, total]).toEqual([heard.length + 1, cases.length]);
      heard.push(findings);
    },
  });
  expect(heard.flat()).toEqual(all);
  const stopping = new AbortController();
  const onCase = () => stopping.abort(new Error('enough'));
  await expect(runCases(backend(), own, { signal: stopping.signal, onCase })).rejects.toThrow('enough');
});

describe('the check notices', () => {
  /** Returns the quick softmax case with one change. */
  const changed = (change: Partial<Case>): Case => {
    const right = allCases().find(({ op, name }) => op === 'softmax' && name === '5 × 257') as Case;
    return { ...right, quick: ['default'], ...change };
  };
  const run = async (item: Case) => check(backend(), { quick: true, cases: [item] });

  test('a result that differs from the reference', async () => {
    const right = changed({});
    const reference = () => ({ y: (right.reference().y as Float64Array).map((p, i) => (i === 300 ? p * 1.001 : p)) });
    const report = await run(changed({ reference }));
    expect(exitCodeOf(report)).toBe(1);
    expect(report.over).toHaveLength(1);
    expect(report.over[0]?.over).toMatch(/^\[300\] is .*, expected /);
    expect(renderReport(report)).toMatch(/softmax +f32 +default +1 .* OVER/);
    expect(renderReport(report)).toMatch(/1 cases, 1 results against float64, 1 over/);
  });

  test('a violated limit', async () => {
    const report = await run(changed({ limits: () => ({ y: [rowsSumToOne(rowsIn([5, 256], -1))] }) }));
    expect(report.over[0]?.over).toMatch(/^row 1 sums to 0.9998.*, expected 1 within 1e-6$/);
  });

  test('a result that differs between runs', async () => {
    let runs = 0;
    const values = () => ({ y: Float64Array.of(1e-20) });
    const item = changed({
      name: 'counts its runs',
      // The values differ by far less than an ulp of the floor, so only their bits differ.
      run: (upload) => ({ y: upload({ shape: [1], data: Float32Array.of(++runs * 1e-20) }) }),
      reference: values,
      baseline: values,
      floors: () => ({ y: Number.POSITIVE_INFINITY }),
      limits: () => ({}),
    });
    expect((await run(item)).over[0]?.over).toBe('another run gave different bits');
  });

  test('a result of the wrong length', async () => {
    const report = await run(changed({ run: (upload) => ({ y: upload({ shape: [1], data: Float32Array.of(1) }) }) }));
    expect(report.over[0]?.error).toBe(Number.POSITIVE_INFINITY);
  });
});

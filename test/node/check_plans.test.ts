import { expect, test } from 'vitest';
import type { Case } from '../../src/conformance/suite/case.ts';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { distinctPlans, withExtraPlans } from '../../src/conformance/suite/distinct.ts';
import { EVERY_PLAN_AND_UNALIGNED } from '../../src/conformance/suite/plans.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('an op runs with the plan of a GPU wherever that differs, including in a quick case', () => {
  const { machine } = backend().runtime;
  const all = allCases(machine);
  const full = new Set<string>();
  for (const item of withExtraPlans(backend(), all, false))
    if (!full.has(item.op) && distinctPlans(backend(), item, item.plans).includes('gpu')) full.add(item.op);
  const quick = all.flatMap((item) => (item.quick.length > 0 ? [{ ...item, plans: item.quick }] : []));
  const met = withExtraPlans(backend(), quick, true).filter((item) =>
    distinctPlans(backend(), item, item.plans).includes('gpu'),
  );
  // The mean is a sum, and has no quick case.
  expect([...full].filter((op) => op !== 'mean').sort()).toEqual([...new Set(met.map(({ op }) => op))].sort());
  expect(full.size > 0).toBe(machine.kind === 'cpu');
  // Elementwise ops have the same plan.
  expect(full).not.toContain('relu');
});

test('plans with the same launches run once, except for unaligned tensors', () => {
  const relu = allCases().find(({ op }) => op === 'relu') as Case;
  expect(distinctPlans(backend(), relu, EVERY_PLAN_AND_UNALIGNED)).toEqual(['default', 'unaligned']);
  const softmax = allCases().find(({ op, name }) => op === 'softmax' && name === '5 × 257') as Case;
  expect(distinctPlans(backend(), softmax, ['default', 'lane', 'default', 'workgroup'])).toEqual([
    'default',
    'lane',
    'workgroup',
  ]);
});

import { expect, test } from 'vitest';
import type { Case } from '../../src/conformance/suite/case.ts';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { check } from '../../src/conformance/suite/check.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

/** The f32 cases that can reduce by workgroups, with those plans and the default. Nothing else depends on limits. */
function foldedCases(): Case[] {
  return allCases()
    .filter(({ plans, dtype }) => plans.includes('workgroup') && dtype === 'f32')
    .map((item) => ({ ...item, quick: item.quick.filter((plan) => plan === 'default' || plan.includes('workgroup')) }));
}

test('the quick check finds nothing over the error budget', { timeout: 600_000 }, async () => {
  const report = await check(backend(), { quick: true, cases: foldedCases() });
  expect(report.over).toEqual([]);
  expect(report.results).toBeGreaterThan(150);
});

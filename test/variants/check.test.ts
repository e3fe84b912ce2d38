import { describe, expect, test } from 'vitest';
import { allCases } from '../../src/conformance/suite/cases.ts';
import { runCases } from '../../src/conformance/suite/run.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('the slow conformance cases of convolution stay within their error budgets', () => {
  test.each(['default', 'unaligned', 'gpu'] as const)('under the plan %s', async (plan) => {
    const cases = allCases().filter(
      ({ op, plans, quick }) => op.startsWith('conv2d') && quick.length === 0 && plans.includes(plan),
    );
    expect(cases.length).toBeGreaterThan(0);
    const findings = await runCases(
      backend(),
      cases.map((item) => ({ ...item, plans: [plan] })),
    );
    expect(findings.filter(({ over }) => over !== undefined)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { EVERY_PLAN, machineFor } from '../../src/conformance/suite/plans.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { type KernelSource, link } from '../../src/runtime/link.ts';
import { lintAll, renderFinding } from '../../tools/lint/lint.ts';
import { checkedKernels, plannedKernels } from '../../tools/variants/kernels.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('every variant keeps every rule', () => {
  /** What plans can return, whatever this adapter has: nothing of it is compiled. */
  function plannedOn(plan: (typeof EVERY_PLAN)[number], halves: Machine['halves']): Map<string, KernelSource> {
    const { runtime } = backend();
    const own = runtime.machine;
    const machine = machineFor(plan, { ...own, subgroup: own.subgroup ?? { min: 32, max: 32 } });
    if (!machine) return new Map();
    return runtime.withMachine({ ...machine, halves }, () => plannedKernels(backend()));
  }

  test('on this machine, and as every other kind of machine plans', { timeout: 300_000 }, () => {
    // Native halves are other parts of the same kernels: one plan has them all.
    const variants = new Map([
      ...EVERY_PLAN.flatMap((plan) => [...plannedOn(plan, 'words')]),
      ...plannedOn('default', 'native'),
    ]);
    expect(variants.size).toBeGreaterThan(5000);
    expect(lintAll([...variants.values()].map((source) => link(source, 'kept'))).map(renderFinding)).toEqual([]);
  });
});

test('the check runs every variant that plans can return, and no other', { timeout: 300_000 }, () => {
  const [planned, checked] = [plannedKernels(backend()), checkedKernels(backend())];
  expect([...checked.keys()].filter((key) => !planned.has(key))).toEqual([]);
  expect([...planned.keys()].filter((key) => !checked.has(key))).toEqual([]);
});

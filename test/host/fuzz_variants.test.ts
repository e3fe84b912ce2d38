import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostTensor } from '../../src/conformance/suite/case.ts';
import { casesOf } from '../../src/conformance/suite/cases.ts';
import { withoutValues } from '../../src/conformance/suite/data.ts';
import { specOf } from '../../src/conformance/suite/specs.ts';
import { rehearsalBackend } from '../../src/core/rehearsal.ts';
import { DEFAULT_MACHINE, type Machine } from '../../src/plan/machine.ts';
import type { KernelSource } from '../../src/runtime/link.ts';
import { checkedKernels } from '../../tools/variants/kernels.ts';
import { machineOf } from '../fuzz/machines.ts';
import { calls } from '../fuzz/ops.ts';
import { kernelsOf } from '../fuzz/record.ts';
import { seed } from '../fuzz/seed.ts';

/** A machine like a software adapter. */
const CPU: Machine = {
  ...DEFAULT_MACHINE,
  ...{ kind: 'cpu', maxBufferBytes: 2 ** 31, maxInvocations: 1024, subgroup: { min: 8, max: 8 } },
};
const CALLS = 4000;

/** Constants that depend only on lengths: test/plan covers those of plans, and the caller gives the others. */
const BY_LENGTH =
  /^(LANES|WORKGROUP_SIZE|VECTOR|SUBGROUPS|PACK|LANE_STRIDE|IN_REGISTERS|WHOLE|MASKED|UNIT_CHANNELS|TAPS|STRIDE|SIZE|PADDING|RANK)/;

/**
 * The choices that make a variant: its parts and constants. The check covers every choice but not every combination,
 * which would take thousands of pipelines.
 */
function choicesOf({ entry, parts, constants }: KernelSource): string[] {
  const names = parts.map((item) => ('part' in item ? `${item.part.file}(${Object.values(item.names)})` : item.file));
  const told = Object.entries(constants).filter(([name]) => !BY_LENGTH.test(name));
  return [...names, ...told.map(([name, value]) => `${name}=${value}`)].map((choice) => `${entry}: ${choice}`);
}

/**
 * The kernels that fuzz calls need, by machine. Only the plans of the check are included: it has no machines that are
 * drawn field by field, and no small bindings.
 */
function drawn(): Map<Machine, Map<string, KernelSource>> {
  const backend = rehearsalBackend(CPU);
  const byMachine = new Map<Machine, Map<string, KernelSource>>();
  for (const call of fc.sample(calls, { seed, numRuns: CALLS })) {
    const { plan, maxGroups: _, maxInvocations, ...fields } = call.machine;
    if (Object.keys(fields).length > 0) continue;
    const machine = machineOf({ plan, ...(maxInvocations && { maxInvocations }) }, CPU);
    const kernels = byMachine.get(machine) ?? new Map<string, KernelSource>();
    for (const [key, source] of kernelsOf(backend, call)) kernels.set(key, source);
    byMachine.set(machine, kernels);
  }
  return byMachine;
}

test('the check covers every choice that makes a kernel of the fuzz test, on the same machine', {
  timeout: 300_000,
}, () => {
  const unchecked = new Set<string>();
  for (const [machine, kernels] of drawn()) {
    const checked = checkedKernels(machine);
    const known = new Set([...checked.values()].flatMap(choicesOf));
    const others = [...kernels.keys()].filter((key) => !checked.has(key));
    console.info(
      `fuzz: ${kernels.size} variants, ${others.length} of them new combinations of choices that the check covers`,
    );
    for (const source of kernels.values())
      for (const choice of choicesOf(source)) if (!known.has(choice)) unchecked.add(choice);
  }
  expect([...unchecked].sort()).toEqual([]);
});

test('a rehearsal without values leaves the values of later cases intact', () => {
  const backend = rehearsalBackend(CPU);
  const sums = () =>
    ['softmax', 'crossEntropy', 'add', 'batchNormTrain'].map((op) => {
      let sum = 0;
      const upload = (x: HostTensor) => {
        for (const value of x.data) sum += Number.isFinite(value) ? Math.abs(value) : 1;
        return backend.empty(x.shape, x.dtype ?? 'f32');
      };
      for (const item of casesOf(specOf(op)).slice(0, 40))
        backend.runtime.launchesOf(() => {
          try {
            item.run(upload);
          } catch {} // labels as f32 are refused, and only the uploaded values matter here
        });
      return sum;
    });
  const without = withoutValues(sums);
  const after = sums();
  for (const [at, sum] of after.entries()) expect(sum).toBeGreaterThan((without[at] as number) + 100);
  expect(sums()).toEqual(after);
});

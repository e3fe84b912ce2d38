import { uploaderFor } from '../../src/conformance/suite/case.ts';
import { casesOf } from '../../src/conformance/suite/cases.ts';
import { withoutValues } from '../../src/conformance/suite/data.ts';
import { specs } from '../../src/conformance/suite/specs.ts';
import { rehearsalBackend } from '../../src/core/rehearsal.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { type KernelSource, sourceKey } from '../../src/runtime/link.ts';
import type { Launch } from '../../src/runtime/runtime.ts';

/** A launch of each op and variant that the full check needs on a machine by the plans that are its own. Nothing is compiled. */
export function checkedLaunches(machine: Machine): Launch[] {
  const backend = rehearsalBackend(machine);
  const launches = new Map<string, Launch>();
  withoutValues(() => {
    for (const spec of specs)
      for (const { plans, run } of casesOf(spec, machine))
        for (const plan of plans) {
          if (plan !== 'default' && plan !== 'unaligned') continue;
          const call = () => backend.scope(() => void run(uploaderFor(backend, plan === 'default')));
          for (const launch of backend.runtime.launchesOf(call))
            launches.set(`${launch.op} ${sourceKey(launch.kernel)}`, launch);
        }
  });
  return [...launches.values()];
}

/** The kernels of those launches, by variant. */
export function checkedKernels(machine: Machine): Map<string, KernelSource> {
  return new Map(checkedLaunches(machine).map(({ kernel }) => [sourceKey(kernel), kernel]));
}

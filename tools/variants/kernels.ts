import { uploaderFor } from '../../src/conformance/suite/case.ts';
import { allCases } from '../../src/conformance/suite/cases.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { KernelSource } from '../../src/runtime/link.ts';
import { enumerateVariants } from './enumerate.ts';
import type { Spec } from './losses.ts';

/** What plans can return on a backend's machine, by variant. Nothing is compiled. */
export function plannedKernels(backend: Backend): Map<string, KernelSource> {
  return backend.runtime.kernelsOf(() => runAll(backend, enumerateVariants(backend)));
}

/** What the full check runs there, by the plans that are the machine's own. Nothing is compiled. */
export function checkedKernels(backend: Backend): Map<string, KernelSource> {
  const cases = allCases(backend.runtime.machine).flatMap((item) =>
    item.plans
      .filter((plan) => plan === 'default' || plan === 'unaligned')
      .map((plan) => () => item.run(uploaderFor(backend, plan === 'default'))),
  );
  return backend.runtime.kernelsOf(() => runAll(backend, cases));
}

export function runAll(backend: Backend, specs: readonly Spec[]): void {
  for (const spec of specs) backend.scope(() => void spec());
}

import type { Backend } from '../../core/backend.ts';
import { sourceKey } from '../../runtime/link.ts';
import { type Case, type Upload, uploaderFor } from './case.ts';
import { machineFor, type PlanName } from './plans.ts';

/**
 * Returns those of the named plans that an adapter has and that launch a case differently. Of plans with the same
 * kernels, parameters and workgroups, only the first is kept. 'unaligned' is the planner's choice for other tensors.
 */
export function distinctPlans(backend: Backend, item: Case, plans: readonly PlanName[]): PlanName[] {
  const seen = new Set<string>();
  const here = plans.filter((plan) => machineFor(plan, backend.runtime.machine));
  if (here.length === 1) return here;
  return here.filter((plan) => {
    if (plan === 'unaligned') return true;
    const launches = launchesBy(backend, item, plan);
    return !seen.has(launches) && seen.add(launches);
  });
}

/** Plans that every case is tried with where it launches differently: a GPU's, and those that rely on no probe. */
const EXTRA: readonly PlanName[] = ['gpu', 'plain'];

/**
 * The cases with each extra plan among those of each, where a run drops it if it is another's twin; `once`: of each op
 * in the first case that it is none in.
 */
export function withExtraPlans(backend: Backend, cases: readonly Case[], once: boolean): readonly Case[] {
  return EXTRA.reduce((all, plan) => withPlan(backend, all, plan, once), cases);
}

function withPlan(backend: Backend, cases: readonly Case[], plan: PlanName, once: boolean): readonly Case[] {
  if (!machineFor(plan, backend.runtime.machine)) return cases;
  const met = new Set(cases.filter(({ plans }) => plans.includes(plan)).map(({ op }) => op));
  return cases.map((item) => {
    const { op, plans } = item;
    if (plans.includes(plan) || (once && met.has(op))) return item;
    const wider: readonly PlanName[] = [...plans, plan];
    if (!once) return { ...item, plans: wider };
    if (!distinctPlans(backend, item, wider).includes(plan)) return item;
    met.add(op);
    return { ...item, plans: wider };
  });
}

/** Returns all launches of a case with a plan, as text. Nothing is queued or compiled. */
function launchesBy(backend: Backend, item: Case, plan: PlanName): string {
  const { runtime } = backend;
  const machine = machineFor(plan, runtime.machine) ?? runtime.machine;
  const launches = runtime.launchesOf(() =>
    backend.scope(() => {
      runtime.withMachine(machine, () => item.run(spacesOf(backend)));
    }),
  );
  return JSON.stringify(launches.map(({ kernel, params, groups }) => [sourceKey(kernel), params, groups]));
}

/** Uploads tensors without their values, except integers, because labels are checked during the upload. */
function spacesOf(backend: Backend): Upload {
  const upload = uploaderFor(backend);
  return (x) => (x.data instanceof Float32Array ? backend.empty(x.shape, x.dtype ?? 'f32') : upload(x));
}

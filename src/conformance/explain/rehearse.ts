import type { Backend } from '../../core/backend.ts';
import { Tensor } from '../../core/tensor.ts';
import { type Step, stepsOf, type Traffic, trafficOf } from './traffic.ts';

/** What a call launches on its backend's machine, and what that moves. Nothing is computed. */
export function rehearse(backend: Backend, call: () => unknown): { steps: readonly Step[]; traffic: Traffic } {
  const { runtime } = backend;
  return backend.scope(() => {
    let result: unknown;
    const launches = runtime.launchesOf(() => {
      result = call();
    });
    return { steps: stepsOf(launches), traffic: trafficOf(runtime.machine, launches, tensorsIn(result)) };
  });
}

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}

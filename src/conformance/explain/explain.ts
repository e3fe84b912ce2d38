import type { Backend } from '../../core/backend.ts';
import { rehearsalBackend } from '../../core/rehearsal.ts';
import { Tensor } from '../../core/tensor.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Decision, decisionsOf } from '../../plan/reasons.ts';
import type { KernelSource } from '../../runtime/link.ts';
import type { Launch } from '../../runtime/runtime.ts';
import { CALLS } from './calls.ts';
import { type Step, stepsOf, type Traffic, trafficOf } from './traffic.ts';

/** What an op does on a machine: its kernels in order, with what was decided about each and why. */
export interface Explanation {
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f16';
  readonly machine: Machine;
  readonly steps: readonly { readonly kernel: string; readonly decisions: readonly Decision[] }[];
  readonly traffic: Traffic;
}

/** How an op is asked for, beside its shape. */
export interface ExplainOptions {
  /** Of rows, classes or channels. @default the op's own */
  readonly axis?: number | undefined;
  /** Of everything but labels, losses and what has an element a channel. @default 'f32' */
  readonly dtype?: 'f32' | 'f16';
}

/** The ops that can be explained, by their public names. */
export const EXPLAINED_OPS: readonly string[] = [...CALLS.keys()];

/**
 * What an op does with tensors of a shape on a machine, which need not be here. Losses are of labels and not reduced; the
 * shape of a product is M, K, N; sums are along the last axis.
 * @throws GradfoldError where the op itself refuses: a shape or an axis, or more memory than that machine has
 */
export function explain(
  op: string,
  shape: readonly number[],
  machine: Machine,
  options: ExplainOptions = {},
): Explanation {
  const { steps, traffic } = rehearse(op, shape, machine, options);
  return {
    op,
    shape,
    dtype: options.dtype ?? 'f32',
    machine,
    steps: steps.map((step) => ({ kernel: step.kernel.entry, decisions: decisionsIn(machine, step) })),
    traffic,
  };
}

/** The kernels of an op on a machine, in the order in which each is first launched. */
export function kernelsOf(
  op: string,
  shape: readonly number[],
  machine: Machine,
  options: ExplainOptions = {},
): readonly KernelSource[] {
  return [...new Set(rehearse(op, shape, machine, options).steps.map(({ kernel }) => kernel))];
}

/** What a call moves on a backend. Nothing is computed. */
export function trafficOfCall(backend: Backend, call: () => unknown): Traffic {
  return rehearseCall(backend, call).traffic;
}

function rehearse(op: string, shape: readonly number[], machine: Machine, { axis, dtype = 'f32' }: ExplainOptions) {
  const callOf = CALLS.get(op);
  if (!callOf)
    throw new Error(`gradfold explain: there is no plan for '${op}'; there is one for ${EXPLAINED_OPS.join(', ')}`);
  const backend = rehearsalBackend(machine);
  let call: unknown;
  // What a call is given may be made by other ops, which are not explained.
  backend.runtime.launchesOf(() => {
    call = callOf({ backend, op, shape, dtype, axis });
  });
  return rehearseCall(backend, call as () => unknown);
}

function rehearseCall(backend: Backend, call: () => unknown): { steps: readonly Step[]; traffic: Traffic } {
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

function decisionsIn(machine: Machine, { kernel, launches }: Step): readonly Decision[] {
  const [{ plan, params }] = launches as [Launch];
  const { rows = 0, inner = 1 } = params as Readonly<Record<string, number>>;
  const decisions = decisionsOf(machine, plan, { groups: launches.map(({ groups }) => groups), rows, inner });
  if (plan && !('transposed' in plan)) return decisions;
  return [{ what: 'lanes a workgroup', value: String(kernel.constants.WORKGROUP_SIZE) }, ...decisions];
}

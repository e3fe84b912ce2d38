import type { Shape } from '../../core/data.ts';
import { rehearsalBackend } from '../../core/rehearsal.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Decision, decisionsOf } from '../../plan/reasons.ts';
import type { KernelSource } from '../../runtime/link.ts';
import type { Launch } from '../../runtime/runtime.ts';
import type { Options } from '../suite/case.ts';
import { CALLS } from './calls.ts';
import { rehearse } from './rehearse.ts';
import type { Step, Traffic } from './traffic.ts';

/** The explanation of an op on a machine: its kernels in order, with the decisions about each and the reasons. */
export interface Explanation {
  readonly op: string;
  readonly shapes: readonly Shape[];
  readonly dtype: 'f32' | 'f16';
  readonly machine: Machine;
  readonly steps: readonly { readonly kernel: string; readonly decisions: readonly Decision[] }[];
  readonly traffic: Traffic;
}

/** The options of an explanation. */
export interface ExplainOptions {
  /** The axis of rows, classes or channels. @default the op's own */
  readonly axis?: number | undefined;
  /** The dtype of all tensors except labels, losses and those with one element per channel. @default 'f32' */
  readonly dtype?: 'f32' | 'f16';
  /** The op's other options, by name. @default none */
  readonly options?: Options;
}

/** The public names of the ops that can be explained. */
export const EXPLAINED_OPS: readonly string[] = [...CALLS.keys()];

/**
 * Explains what an op does with tensors of these shapes on a machine, which need not be this one. Losses are not
 * reduced, losses over classes take labels, sums are along the last axis, and a single shape of a product is M, K, N.
 * @throws GradfoldError if the op itself throws: for a shape, an option, or more memory than that machine has
 */
export function explain(
  op: string,
  shapes: readonly Shape[],
  machine: Machine,
  options: ExplainOptions = {},
): Explanation {
  const { steps, traffic } = rehearsed(op, shapes, machine, options);
  const told = steps.map((step) => ({ kernel: step.kernel.entry, decisions: decisionsIn(machine, step) }));
  return { op, shapes, dtype: options.dtype ?? 'f32', machine, steps: told, traffic };
}

/** Returns the kernels of an op on a machine, in the order of their first launches. */
export function kernelsOf(
  op: string,
  shapes: readonly Shape[],
  machine: Machine,
  options: ExplainOptions = {},
): readonly KernelSource[] {
  return [...new Set(rehearsed(op, shapes, machine, options).steps.map(({ kernel }) => kernel))];
}

function rehearsed(op: string, shapes: readonly Shape[], machine: Machine, asked: ExplainOptions) {
  const callOf = CALLS.get(op);
  if (!callOf)
    throw new Error(`gradfold explain: there is no plan for '${op}'; there is one for ${EXPLAINED_OPS.join(', ')}`);
  const backend = rehearsalBackend(machine);
  const { axis, dtype = 'f32', options = {} } = asked;
  let call: unknown;
  // Other ops may make the inputs of a call. They are not explained.
  backend.runtime.launchesOf(() => {
    call = callOf(backend, { shapes, axis, dtype, options });
  });
  return rehearse(backend, call as () => unknown);
}

function decisionsIn(machine: Machine, { kernel, launches }: Step): readonly Decision[] {
  const [{ plan, params }] = launches as [Launch];
  const { rows = 0, inner = 1 } = params as Readonly<Record<string, number>>;
  const decisions = decisionsOf(machine, plan, { groups: launches.map(({ groups }) => groups), rows, inner });
  if (plan && !('transposed' in plan)) return decisions;
  return [{ what: 'lanes per workgroup', value: String(kernel.constants.WORKGROUP_SIZE) }, ...decisions];
}

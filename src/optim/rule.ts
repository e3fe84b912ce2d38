import classes from '../../shaders/elementwise/classes.wgsl';
import special from '../../shaders/math/special.wgsl';
import updatePart from '../../shaders/optim/update.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { type Bound, read, scalar, update } from '../kernels/bind.ts';
import { type ElementKernel, launchElements } from '../kernels/elements.ts';
import type { Part } from '../runtime/link.ts';

/** A learning rate, or a function that returns it for each step, counted from 0. */
export type LearningRate = number | ((step: number) => number);

/** How an optimizer updates its parameters: a kernel over arenas and the host's parameters for it. */
export interface Rule {
  /** The public function, for messages. */
  readonly op: string;
  readonly kernel: ElementKernel;
  /** The tensors that the kernel keeps between steps, by the names of its bindings. */
  readonly moments: readonly string[];
  /** The moments that this variant keeps. */
  readonly kept: readonly string[];
  readonly constants: Readonly<Record<string, boolean>>;
  /** @param step counted from 1 */
  paramsAt(learningRate: number, step: number): Readonly<Record<string, number>>;
}

/** The kernel of a rule. Each lane updates four neighboring elements. */
export function ruleKernel(entry: string, shader: Part): ElementKernel {
  return { entry, parts: [shader, updatePart, special, classes], perLane: 4 };
}

/** Arenas of one layout. */
export interface Arenas {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  readonly moments: Readonly<Record<string, Tensor>>;
}

/**
 * Updates all parameters: one dispatch if the arenas fit in bindings, else one per window.
 * @param clip [norm, scale], or undefined for no clipping
 */
export function applyRule(
  op: string,
  rule: Rule,
  { parameters, gradients, moments }: Arenas,
  clip: Tensor | undefined,
  params: Readonly<Record<string, number>>,
): void {
  const bind: Record<string, Bound> = {
    parameters: update(parameters, 'moved_parameters'),
    gradients: read(gradients),
    clip: scalar(clip),
  };
  for (const name of rule.moments) bind[name] = update(moments[name], `moved_${name}`);
  const constants = { ...rule.constants, CLIPPED: clip !== undefined };
  launchElements(parameters.backend.runtime, {
    op,
    kernel: rule.kernel,
    size: parameters.size,
    bind,
    params,
    constants,
  });
}

/** The rate of a step, counted from 0. @throws GradfoldError unless it is a number of at least 0 */
export function rateAt(op: string, learningRate: LearningRate, step: number): number {
  const rate = typeof learningRate === 'function' ? learningRate(step) : learningRate;
  if (!isFromZero(rate)) {
    const when = typeof learningRate === 'function' ? ` at step ${step}` : '';
    throw new GradfoldError(`${op}: learningRate is ${String(rate)}${when}, expected a number of at least 0`);
  }
  return rate;
}

/** @throws GradfoldError unless the rate is a number of at least 0, or a function */
export function checkRate(op: string, learningRate: unknown): void {
  if (typeof learningRate === 'function' || isFromZero(learningRate)) return;
  throw new GradfoldError(
    `${op}: learningRate is ${String(learningRate)}, expected a number of at least 0, or a function of the step`,
  );
}

/** @throws GradfoldError unless the value is a number of at least 0 */
export function checkFromZero(op: string, name: string, value: unknown): void {
  if (!isFromZero(value))
    throw new GradfoldError(`${op}: ${name} is ${String(value)}, expected a number of at least 0`);
}

/** Whether the value is a number of at least 0 that is finite in f32. */
function isFromZero(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(Math.fround(value));
}

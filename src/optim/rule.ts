import classes from '../../shaders/elementwise/classes.wgsl';
import special from '../../shaders/math/special.wgsl';
import updatePart from '../../shaders/optim/update.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { type Bound, read, scalar, update } from '../kernels/bind.ts';
import { type ElementKernel, launchElements } from '../kernels/elements.ts';
import type { Part } from '../runtime/link.ts';

/** A learning rate, or what gives it for each step: the first is step 0. */
export type LearningRate = number | ((step: number) => number);

/** How an optimizer moves its parameters: a kernel over arenas, and what the host tells it. */
export interface Rule {
  /** The public function, for messages. */
  readonly op: string;
  readonly kernel: ElementKernel;
  /** What the kernel keeps from step to step, by the names of its bindings. */
  readonly moments: readonly string[];
  /** Those of them that this variant keeps. */
  readonly kept: readonly string[];
  readonly constants: Readonly<Record<string, boolean>>;
  /** @param step the first is 1 */
  paramsAt(learningRate: number, step: number): Readonly<Record<string, number>>;
}

/** The kernel of a rule: every lane moves four neighboring elements. */
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
 * Moves all parameters: one dispatch where bindings hold the arenas, else one for each window.
 * @param clip [norm, scale], or undefined where gradients are taken as they are
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

/** The rate for a step, of which 0 is the first. @throws GradfoldError unless it is a number from 0 up */
export function rateAt(op: string, learningRate: LearningRate, step: number): number {
  const rate = typeof learningRate === 'function' ? learningRate(step) : learningRate;
  if (!isFromZero(rate)) {
    const when = typeof learningRate === 'function' ? ` at step ${step}` : '';
    throw new GradfoldError(`${op}: learningRate is ${String(rate)}${when}, expected a number from 0 up`);
  }
  return rate;
}

/** @throws GradfoldError unless it is a number from 0 up, or a function */
export function checkRate(op: string, learningRate: unknown): void {
  if (typeof learningRate === 'function' || isFromZero(learningRate)) return;
  throw new GradfoldError(
    `${op}: learningRate is ${String(learningRate)}, expected a number from 0 up, or a function of the step`,
  );
}

/** @throws GradfoldError unless it is a number from 0 up */
export function checkFromZero(op: string, name: string, value: unknown): void {
  if (!isFromZero(value)) throw new GradfoldError(`${op}: ${name} is ${String(value)}, expected a number from 0 up`);
}

/** As f32 has it: finite too. */
function isFromZero(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(Math.fround(value));
}

import classes from '../../shaders/elementwise/classes.wgsl';
import special from '../../shaders/math/special.wgsl';
import updatePart from '../../shaders/optim/update.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { readParts, sliceOf, updateParts } from '../kernels/parts.ts';
import { ELEMENT_WIDTH, elementWindows } from '../plan/elements.ts';
import type { Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';

/** A learning rate, or what gives it for each step: the first is step 0. */
export type LearningRate = number | ((step: number) => number);

/** How an optimizer moves its parameters: a kernel over arenas, and what the host tells it. */
export interface Rule {
  /** The public function, for messages. */
  readonly op: string;
  readonly entry: string;
  readonly shader: Part;
  /** What the kernel keeps from step to step, by the names of its bindings. */
  readonly moments: readonly string[];
  /** Those of them that this variant keeps. */
  readonly kept: readonly string[];
  readonly constants: Readonly<Record<string, boolean>>;
  /** @param step the first is 1 */
  paramsAt(learningRate: number, step: number): Readonly<Record<string, number>>;
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
  const { runtime } = parameters.backend;
  const facts = `${Object.values(rule.constants)} ${clip !== undefined}`;
  const kernel = runtime.decide(rule.shader, facts, (machine) => ({
    entry: rule.entry,
    parts: [
      ...[rule.shader, updatePart, special, classes],
      // All arenas are alike: of whole vectors that are their own.
      ...['parameters', ...rule.moments].flatMap((name) =>
        updateParts(machine, name, `moved_${name}`, parameters, true),
      ),
      ...readParts(machine, 'gradients', gradients, true),
      ...readParts(machine, 'clip', clip),
    ],
    constants: { WIDTH: ELEMENT_WIDTH, ...rule.constants, CLIPPED: clip !== undefined },
  }));
  for (const { first, size } of elementWindows(runtime.machine, parameters.size)) {
    const bind: Record<string, Slice | undefined> = {
      parameters: sliceOf(parameters, first, size),
      gradients: sliceOf(gradients, first, size),
      clip: clip && sliceOf(clip),
    };
    for (const name of rule.moments) bind[name] = moments[name] && sliceOf(moments[name], first, size);
    runtime.launch({ op, kernel, bind, params: { size, ...params }, groups: Math.ceil(size / (4 * ELEMENT_WIDTH)) });
  }
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

import { DisposedError, GradfoldError } from '../core/errors.ts';
import { type Leaf, leavesOf, mapParameters, type Parameters } from '../core/parameters.ts';
import type { TensorBackend } from '../core/tensor.ts';
import { checkTensor, describe, type Tensor } from '../core/tensor.ts';
import { gatherInto, type Layout, layoutOf, viewsOf } from './arena.ts';
import { checkNorm, globalNorm } from './clip.ts';
import { type Arenas, applyRule, checkRate, type LearningRate, type Rule, rateAt } from './rule.ts';
import { tensorsLike } from './structure.ts';

export interface StepOptions {
  /** Of this step alone. @default the optimizer's own */
  learningRate?: number;
  /** The most that the norm of all gradients together may be; see `clipByGlobalNorm`. @default they are not clipped */
  clipNorm?: number;
}

/** What an optimizer has learned beside the parameters: to be saved with them, and loaded again. */
export interface OptimizerState<P extends Parameters = Parameters> {
  /** Steps so far. */
  readonly stepCount: number;
  /** By name, in the parameters' structure: `velocity` of `sgd` with momentum; `mean` and `square` of `adam` and `adamw`. */
  readonly moments: Readonly<Record<string, P>>;
}

/**
 * Parameters with the rule by which gradients move them. Made by `sgd`, `adam` or `adamw`.
 *
 * Parameters, gradients and moments lie in an arena each: one storage, in which every tensor starts at 16 bytes. So one
 * dispatch moves all parameters. A step takes that and a dispatch for seven gradients, which copies them to their arena:
 * 2 in all for 1 to 7 parameter tensors, 3 for 8 to 14; with `clipNorm` 3 more, or 4 from some hundred thousand elements up,
 * whose sum is sliced. Arenas above the adapter's binding limit are taken in parts.
 */
export class Optimizer<P extends Parameters> {
  /** The optimizer's own parameters, f32, in the structure of those it was given: views of one storage, moved by `step`. */
  readonly parameters: P;
  readonly #backend: TensorBackend;
  readonly #rule: Rule;
  readonly #learningRate: LearningRate;
  readonly #layout: Layout;
  readonly #arenas: Arenas;
  readonly #leaves: readonly Leaf[];
  readonly #moments: Readonly<Record<string, P>>;
  #stepCount = 0;
  #disposed = false;

  /** @internal Copies the parameters. */
  constructor(rule: Rule, parameters: P, learningRate: LearningRate) {
    const { op } = rule;
    const given = leavesOf(op, parameters);
    for (const { name, tensor } of given) {
      if (tensor.dtype !== 'f32') throw new GradfoldError(`${op}: ${name} is ${tensor.dtype}, expected f32`);
    }
    checkRate(op, learningRate);
    const sources = given.map(({ tensor }) => tensor);
    const { backend } = sources[0] as Tensor;
    const layout = layoutOf(sources);
    this.#backend = backend;
    this.#rule = rule;
    this.#learningRate = learningRate;
    this.#layout = layout;
    // An optimizer outlives the scope that it is made in.
    const { arenas, own, moments } = backend.apart(() => {
      const arenas = {
        parameters: backend.empty([layout.size], 'f32'),
        gradients: backend.empty([layout.size], 'f32'),
        moments: byName(rule.kept, () => backend.zeros([layout.size])),
      };
      return {
        arenas,
        own: viewsOf(parameters, layout, arenas.parameters),
        moments: byName(rule.kept, (name) => viewsOf(parameters, layout, arenas.moments[name] as Tensor)),
      };
    });
    gatherInto(op, layout, sources, arenas.parameters);
    this.#arenas = arenas;
    this.#moments = moments;
    this.parameters = own;
    this.#leaves = leavesOf(op, own);
  }

  /** Steps so far. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /** What a saved training needs beside the parameters. The tensors are views, which later steps change: read them now. */
  get state(): OptimizerState<P> {
    this.#assertAlive('state');
    return { stepCount: this.#stepCount, moments: this.#moments };
  }

  /**
   * Moves all parameters, once, in place. Gradients are left as they are.
   * @param gradients f32, in the parameters' structure, as `valueAndGrad` returns them
   * @throws GradfoldError where their structure, dtype or backend differs from the parameters', or an option is no number
   * from 0 up; ShapeError; DisposedError. Then nothing has changed
   */
  step(gradients: P, options: StepOptions = {}): void {
    const op = this.#assertAlive('step');
    const { clipNorm } = options;
    for (const { name, tensor } of this.#leaves) checkTensor(op, name, tensor);
    const sources = tensorsLike(op, 'gradients', gradients, this.parameters);
    if (clipNorm !== undefined) checkNorm(op, 'clipNorm', clipNorm);
    const rate = rateAt(op, options.learningRate ?? this.#learningRate, this.#stepCount);
    const params = this.#rule.paramsAt(rate, this.#stepCount + 1);
    this.#backend.scope(() => {
      gatherInto(op, this.#layout, sources, this.#arenas.gradients);
      const clip = clipNorm === undefined ? undefined : globalNorm(op, this.#arenas.gradients, clipNorm);
      applyRule(op, this.#rule, this.#arenas, clip, params);
    });
    if (!this.#backend.runtime.rehearsing) this.#stepCount++;
  }

  /**
   * Takes over a state that an optimizer of the same rule and parameters had: from there training goes on bit for bit as it
   * would have. The parameters are those that this one has: give it the saved ones when it is made.
   * @throws GradfoldError where the state is not of this rule or its structure differs; ShapeError; DisposedError. Then
   * nothing has changed
   */
  load(state: OptimizerState<P>): void {
    const op = this.#assertAlive('load');
    const { stepCount, moments } = (state ?? {}) as Partial<OptimizerState<P>>;
    if (!Number.isSafeInteger(stepCount) || (stepCount as number) < 0)
      throw new GradfoldError(`${op}: state.stepCount is ${String(stepCount)}, expected a whole number from 0 up`);
    const { kept } = this.#rule;
    const names = typeof moments === 'object' && moments !== null ? Object.keys(moments) : undefined;
    if (!names || names.length !== kept.length || kept.some((name) => !names.includes(name))) {
      const came = names ? `{ ${names.join(', ')} }` : describe(moments);
      throw new GradfoldError(`${op}: state.moments is ${came}, expected { ${kept.join(', ')} }`);
    }
    const sources = kept.map((name) => tensorsLike(op, `state.moments.${name}`, moments?.[name], this.parameters));
    const targets = Object.values(this.#arenas.moments);
    this.#backend.scope(() => {
      // A dispatch cannot read what it writes, and one moment may be another's.
      const apart = sources.map((list) =>
        list.map((tensor) => (sharesAny(tensor, targets) ? tensor.converted('f32') : tensor)),
      );
      for (const [i, list] of apart.entries()) gatherInto(op, this.#layout, list, targets[i] as Tensor);
    });
    if (!this.#backend.runtime.rehearsing) this.#stepCount = stepCount as number;
  }

  /** Lets the memory go, that of `parameters` too; those it was made of are the caller's. Harmless when repeated. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { parameters, gradients, moments } = this.#arenas;
    const dispose = (tensor: Tensor) => {
      tensor.dispose();
      return tensor;
    };
    for (const views of [this.parameters, ...Object.values(this.#moments)]) mapParameters(views, dispose);
    for (const arena of [parameters, gradients, ...Object.values(moments)]) arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @returns what the method is called in messages */
  #assertAlive(method: string): string {
    const op = `${this.#rule.op}.${method}`;
    if (this.#disposed) throw new DisposedError(`${op}: the optimizer was disposed of`);
    return op;
  }
}

function byName<T>(names: readonly string[], of: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

function sharesAny(tensor: Tensor, others: readonly Tensor[]): boolean {
  return others.some(({ storage }) => storage.buffer === tensor.storage.buffer);
}

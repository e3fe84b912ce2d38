import { DisposedError, GradfoldError } from '../core/errors.ts';
import { type Leaf, leavesOf, mapParameters, type Parameters } from '../core/parameters.ts';
import type { TensorBackend } from '../core/tensor.ts';
import { checkTensor, describe, type Tensor } from '../core/tensor.ts';
import { gatherInto, type Layout, layoutOf, viewsOf } from './arena.ts';
import { checkNorm, globalNorm } from './clip.ts';
import { type Arenas, applyRule, checkRate, type LearningRate, type Rule, rateAt } from './rule.ts';
import { tensorsLike } from './structure.ts';

export interface StepOptions {
  /** The learning rate of this step only, at least 0. @default the optimizer's own */
  learningRate?: number;
  /** The largest global norm of the gradients, at least 0; see `clipByGlobalNorm`. @default no clipping */
  clipNorm?: number;
}

/** An optimizer's state beside its parameters. Save both to resume training. */
export interface OptimizerState<P extends Parameters = Parameters> {
  /** The number of steps taken. */
  readonly stepCount: number;
  /**
   * The moments by name, f32, each in the parameters' structure: `velocity` for `sgd` with momentum; `mean` and
   * `square` for `adam` and `adamw`.
   */
  readonly moments: Readonly<Record<string, P>>;
}

/**
 * Parameters and the rule that updates them. Created by `sgd`, `adam` or `adamw`.
 *
 * The parameters, the gradients and each moment have one arena each: a single storage in which every tensor is aligned
 * to 16 bytes, so that one dispatch updates all parameters. Copying the gradients to their arena takes one more
 * dispatch per seven of them. A step thus takes 2 dispatches for 1 to 7 parameter tensors and 3 for 8 to 14. `clipNorm`
 * adds 3, or 4 for more than some hundred thousand elements, whose sum is sliced. Arenas above the adapter's binding
 * limit are processed in parts.
 */
export class Optimizer<P extends Parameters> {
  /**
   * The optimizer's own parameters, f32, in the given structure: views of one storage, which `step` updates in place.
   */
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
    // An optimizer outlives the scope in which it is created.
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

  /** The number of steps taken. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /**
   * The state to save beside the parameters. Its tensors are views that later steps change: read them before the next
   * step.
   * @throws DisposedError
   */
  get state(): OptimizerState<P> {
    this.#assertAlive('state');
    return { stepCount: this.#stepCount, moments: this.#moments };
  }

  /**
   * Updates all parameters once, in place. The gradients are not changed.
   * @param gradients f32, in the parameters' structure, as `valueAndGrad` returns them
   * @throws GradfoldError for gradients whose structure, dtype or backend differs from the parameters', and for an
   * option that is not a number of at least 0; ShapeError; DisposedError. Nothing has changed then
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
   * Copies the state of an optimizer with the same rule. The parameters are not part of it: create this optimizer with
   * the saved ones, and training resumes bit for bit.
   * @throws GradfoldError for a state of another rule or structure; ShapeError; DisposedError. Nothing has changed then
   */
  load(state: OptimizerState<P>): void {
    const op = this.#assertAlive('load');
    const { stepCount, moments } = (state ?? {}) as Partial<OptimizerState<P>>;
    if (!Number.isSafeInteger(stepCount) || (stepCount as number) < 0)
      throw new GradfoldError(`${op}: state.stepCount is ${String(stepCount)}, expected a whole number of at least 0`);
    const { kept } = this.#rule;
    const names = typeof moments === 'object' && moments !== null ? Object.keys(moments) : undefined;
    if (!names || names.length !== kept.length || kept.some((name) => !names.includes(name))) {
      const came = names ? `{ ${names.join(', ')} }` : describe(moments);
      throw new GradfoldError(`${op}: state.moments is ${came}, expected { ${kept.join(', ')} }`);
    }
    const sources = kept.map((name) => tensorsLike(op, `state.moments.${name}`, moments?.[name], this.parameters));
    const targets = Object.values(this.#arenas.moments);
    this.#backend.scope(() => {
      // A dispatch cannot read the buffer that it writes, and the state's tensors may be views of the moments
      // themselves.
      const apart = sources.map((list) =>
        list.map((tensor) => (sharesAny(tensor, targets) ? tensor.converted('f32') : tensor)),
      );
      for (const [i, list] of apart.entries()) gatherInto(op, this.#layout, list, targets[i] as Tensor);
    });
    if (!this.#backend.runtime.rehearsing) this.#stepCount = stepCount as number;
  }

  /**
   * Frees the memory, including that of `parameters`. The caller still owns the tensors given at creation. Idempotent.
   */
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

  /** Returns the method's name for messages. @throws DisposedError */
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

import { isFloat, show } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import type { Call, Gradients, Pass, Recorder, Tensors } from '../core/recorder.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { add } from '../ops/add.ts';
import { sameShape } from '../ops/check.ts';
import { inDType, passOf } from './pass.ts';

/** A recorded call, with the tensors that its backward pass needs. */
interface Step {
  readonly call: Call<Tensor>;
  readonly kept: Tensors<Tensor>;
}

/**
 * Records the ops that depend on some tensors and runs their backward passes (reverse mode). It keeps the tensors that
 * backward passes need alive until these have run or until `dispose`.
 */
export class Tape implements Recorder<Tensor> {
  readonly #backend: TensorBackend;
  /** The recorder that was active before: every call is passed on to it. */
  readonly #outer: Recorder<Tensor> | undefined;
  readonly #tracked: Set<Tensor>;
  readonly #steps: Step[] = [];

  constructor(backend: TensorBackend, of: Iterable<Tensor>) {
    this.#backend = backend;
    this.#outer = backend.recorder;
    this.#tracked = new Set(of);
  }

  tracks(tensor: Tensor): boolean {
    return this.#tracked.has(tensor) || (this.#outer?.tracks(tensor) ?? false);
  }

  record(call: Call<Tensor>): void {
    this.#outer?.record(call);
    if (!Object.values(call.inputs).some((input) => this.#has(input))) return;
    const outputs = Object.values(call.outputs).filter(({ dtype }) => isFloat(dtype));
    if (outputs.length === 0) return;
    for (const output of outputs) this.#tracked.add(output);
    this.#steps.push({ call, kept: mapped(call.keeps ?? {}, (tensor) => this.#alive(tensor)) });
  }

  /** Runs `fn` and records its ops. */
  listen<T>(fn: () => T): T {
    return this.#backend.recordedBy(this, fn);
  }

  /**
   * The gradients of the scalar `value` with respect to every tracked tensor that it depends on. Those of halves may be
   * f32. Consumes the tape.
   */
  gradients(value: Tensor): Map<Tensor, Tensor> {
    const one = this.#backend.full([], 1, value.dtype);
    return this.#back(new Map([[value, one.view(0, [])]]), (tensor) => tensor.storage === one.storage);
  }

  /** Runs the backward passes from the gradients of some outputs, which it consumes, to those of tracked tensors. */
  #back(gradients: Map<Tensor, Tensor>, isOne: Pass<Tensor>['isOne']): Map<Tensor, Tensor> {
    return this.#backend.recordedBy(this.#outer, () => {
      for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
        const { call, kept } = step;
        this.#backend.scope(() => this.#goBack(call, kept, gradients, isOne));
        release(step);
      }
      return gradients;
    });
  }

  /** Disposes of the tensors kept for backward passes that have not run. */
  dispose(): void {
    for (const step of this.#steps.splice(0)) release(step);
  }

  /** Runs a call's backward pass: consumes the gradients of its outputs and returns those of its inputs. */
  #goBack(
    call: Call<Tensor>,
    kept: Tensors<Tensor>,
    gradients: Map<Tensor, Tensor>,
    isOne: Pass<Tensor>['isOne'],
  ): Tensor[] {
    const { op, inputs, outputs } = call;
    const spent = mapped(outputs, (output) => {
      const gradient = gradients.get(output);
      return gradient && inDType(gradient, output.dtype);
    });
    if (Object.values(spent).every((gradient) => gradient === undefined)) return [];
    if (!call.back) throw new GradfoldError(`valueAndGrad: ${op} has no gradient`);
    const wants = (name: string) => this.#has(inputs[name]);
    const found = call.back(spent, kept, passOf(op, { wants, isOne, through: this.#throughFor(wants) }));
    const made: Tensor[] = [];
    for (const [name, input] of Object.entries(inputs)) {
      const gradient = found[name];
      if (!input || !gradient || !wants(name)) continue;
      if (!sameShape(gradient.shape, input.shape)) {
        throw new GradfoldError(
          `valueAndGrad: ${op} has a gradient ${show(gradient.shape)} for ${name} ${show(input.shape)}`,
        );
      }
      const others = gradients.get(input);
      const total = others ? add(inDType(others, 'f32'), inDType(gradient, 'f32')) : gradient.reshape(gradient.shape);
      others?.dispose();
      gradients.set(input, total);
      made.push(total);
    }
    for (const output of Object.values(outputs)) {
      gradients.get(output)?.dispose();
      gradients.delete(output);
    }
    return made;
  }

  /** The `through` of a backward pass. A tape of its own records the formula and passes every call on. */
  #throughFor(wants: (name: string) => boolean): Pass<Tensor>['through'] {
    return (inputs, gradients, formula) => {
      // A view for each input, since one tensor may be given under two names.
      const own = mapped(inputs, (tensor) => tensor.reshape(tensor.shape));
      const wanted = Object.keys(own).filter(wants);
      const tape = new Tape(
        this.#backend,
        wanted.map((name) => own[name] as Tensor),
      );
      try {
        const outputs = tape.listen(() => formula(own as typeof inputs));
        const seeds = new Map<Tensor, Tensor>();
        for (const [name, output] of Object.entries(outputs)) {
          const gradient = gradients[name]?.reshape(output.shape);
          if (gradient) seeds.set(output, gradient);
        }
        const found = tape.#back(seeds, () => false);
        return mapped(own, (tensor) => found.get(tensor)) as Gradients<Tensor, typeof inputs>;
      } finally {
        tape.dispose();
      }
    };
  }

  #has(tensor: Tensor | undefined): boolean {
    return tensor !== undefined && this.#tracked.has(tensor);
  }

  /** A view that keeps a tensor's values alive outside every scope. Outer recorders see where it comes from. */
  #alive(tensor: Tensor): Tensor {
    return this.#backend.apart(() => this.#backend.recordedBy(this.#outer, () => tensor.reshape(tensor.shape)));
  }
}

function release({ kept }: Step): void {
  for (const tensor of Object.values(kept)) tensor?.dispose();
}

function mapped(tensors: Tensors<Tensor>, to: (tensor: Tensor) => Tensor | undefined): Tensors<Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor && to(tensor)]));
}

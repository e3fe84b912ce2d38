import { isFloat, show } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import type { Call, Recorder } from '../core/recorder.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { max } from '../ops/max.ts';
import { negate } from '../ops/negate.ts';

/** An op's output with its largest element and the largest of its negation: one is non-finite if any element is. */
interface Watched {
  readonly what: string;
  readonly largest: Tensor;
  readonly least: Tensor;
}

/** Records every op, including those of gradients, and keeps the extremes of their outputs. */
class Watch implements Recorder<Tensor> {
  readonly #backend: TensorBackend;
  readonly #outer: Recorder<Tensor> | undefined;
  readonly #watched: Watched[] = [];

  constructor(backend: TensorBackend) {
    this.#backend = backend;
    this.#outer = backend.recorder;
  }

  tracks(tensor: Tensor): boolean {
    return this.#outer?.tracks(tensor) ?? false;
  }

  record(call: Call<Tensor>): void {
    this.#outer?.record(call);
    for (const [name, output] of Object.entries(call.outputs)) {
      if (isFloat(output.dtype) && output.size > 0) this.#look(`${call.op}: ${name} ${show(output.shape)}`, output);
    }
  }

  /** The first non-finite output, in the order of the ops. */
  async first(): Promise<string | undefined> {
    let found: string | undefined;
    for (const { what, largest, least } of this.#watched.splice(0)) {
      const values = found === undefined ? await Promise.all([largest.item(), least.item()]) : [];
      if (!values.every(Number.isFinite)) found = what;
      largest.dispose();
      least.dispose();
    }
    return found;
  }

  #look(what: string, output: Tensor): void {
    const [largest, least] = this.#backend.recordedBy(undefined, () =>
      this.#backend.apart(() => {
        const flat = output.reshape([-1]);
        const negative = negate(flat);
        const ends = [max(flat), max(negative)] as const;
        flat.dispose();
        negative.dispose();
        return ends;
      }),
    );
    this.#watched.push({ what, largest, least });
  }
}

/**
 * Runs `fn` and checks every op's output, including gradients, for non-finite elements. Slow: meant for finding the
 * source of a NaN.
 * @param fn runs synchronously; its ops use `backend`
 * @returns what `fn` returned. Rejects with a GradfoldError that names the first op with a non-finite output, that
 * output and its shape
 */
export async function detectAnomaly<T>(backend: TensorBackend, fn: () => T): Promise<T> {
  const watch = new Watch(backend);
  const result = backend.recordedBy(watch, fn);
  const found = await watch.first();
  if (found !== undefined) throw new GradfoldError(`detectAnomaly: ${found} is not finite, the first such output`);
  return result;
}

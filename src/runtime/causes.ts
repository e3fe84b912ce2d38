/** Memory that is released once it has been read. */
interface Slot {
  release(): void;
}

/**
 * A reason why a value may be wrong. A fault is a question that a kernel answers on the GPU (was a label out of
 * range?). A failure is already known: a pipeline that did not compile, a buffer that was destroyed.
 */
export class Cause {
  /** Memory for the GPU's answer: the first faulty index, or 0xffffffff if there is none, and the value there. */
  readonly slot: Slot | undefined;
  readonly #explain: (index: number, value: number) => Error;
  #error: Error | undefined;
  #resolved = false;
  /** Whether it has been reported. */
  seen = false;

  private constructor(slot: Slot | undefined, explain: (index: number, value: number) => Error) {
    this.slot = slot;
    this.#explain = explain;
  }

  static fault(slot: Slot, explain: (index: number, value: number) => Error): Cause {
    return new Cause(slot, explain);
  }

  static failure(error: Error): Cause {
    const cause = new Cause(undefined, () => error);
    cause.#error = error;
    cause.#resolved = true;
    return cause;
  }

  /** Whether the answer is known. */
  get resolved(): boolean {
    return this.#resolved;
  }

  /** The error, if it is known that there is one. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Takes the GPU's answer and releases its memory. */
  resolve(index: number, value: number): void {
    if (this.#resolved) return;
    this.#resolved = true;
    if (index !== NO_FAULT) this.#error = this.#explain(index, value);
    this.slot?.release();
  }
}

export type Causes = ReadonlySet<Cause>;

export const NO_CAUSES: Causes = new Set();
export const NO_FAULT = 0xffffffff;

/** Returns the union, without causes that turned out to be no fault. */
export function unite(sets: readonly Causes[]): Causes {
  const all = new Set<Cause>();
  for (const set of sets) for (const cause of set) if (!cause.resolved || cause.error) all.add(cause);
  return all.size === 0 ? NO_CAUSES : all;
}

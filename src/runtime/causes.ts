/** Memory that is let go once it has been read. */
interface Slot {
  release(): void;
}

/**
 * Why a value may be wrong. A `Fault` is a question that a kernel answers on the GPU (was there a label out of
 * range?); a failure is a fault that is known already: a pipeline that did not compile, a buffer that was destroyed.
 */
export class Cause {
  /** Where the GPU writes its answer: the first faulty index, or 0xffffffff, and the value there. */
  readonly slot: Slot | undefined;
  readonly #explain: (index: number, value: number) => Error;
  #error: Error | undefined;
  #resolved = false;
  /** Whether a read has thrown it already. */
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

  /** No question is open any more. */
  get resolved(): boolean {
    return this.#resolved;
  }

  /** What went wrong, if it is known that something did. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Takes the GPU's answer and lets its storage go. */
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

/** The union, less what turned out to be no fault. */
export function unite(sets: readonly Causes[]): Causes {
  const all = new Set<Cause>();
  for (const set of sets) for (const cause of set) if (!cause.resolved || cause.error) all.add(cause);
  return all.size === 0 ? NO_CAUSES : all;
}

import type { Cause } from './causes.ts';

/**
 * With this many questions open their answers are fetched unasked, 8 bytes each: a loop that never reads must not pile
 * them up.
 */
const OPEN_QUESTIONS = 256;

/** The causes that nobody has been told of: questions that kernels have yet to answer, and failures. */
export class Faults {
  readonly #open = new Set<Cause>();

  /** Registers a cause; true when so many are open that their answers should be fetched. */
  watch(cause: Cause): boolean {
    this.#open.add(cause);
    return this.#open.size % OPEN_QUESTIONS === 0;
  }

  /** The questions without an answer. */
  get unanswered(): Cause[] {
    return [...this.#open].filter((cause) => !cause.resolved);
  }

  /** Takes the answer that stands at `at`. Another read may have brought it already, and the same. */
  answer(cause: Cause, answers: Uint32Array, at: number): void {
    cause.resolve(answers[at] as number, answers[at + 1] as number);
    if (!cause.error) this.#open.delete(cause);
  }

  /** The first error among the causes of a value, which its reader is told of now. */
  tell(causes: Iterable<Cause>): Error | undefined {
    for (const cause of causes) {
      if (!cause.error) continue;
      cause.seen = true;
      this.#open.delete(cause);
      return cause.error;
    }
    return undefined;
  }

  /** The first error that no reader was told of, told now. */
  tellUnseen(): Error | undefined {
    return this.tell([...this.#open].filter((cause) => !cause.seen));
  }
}

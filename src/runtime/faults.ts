import type { Cause } from './causes.ts';

/**
 * Answers are fetched whenever this many questions are open, 8 bytes each, so that a loop that never reads does not
 * accumulate them.
 */
const OPEN_QUESTIONS = 256;

/** The causes that are not reported yet: questions that kernels have yet to answer, and failures. */
export class Faults {
  readonly #open = new Set<Cause>();

  /** Registers a cause. Returns true when enough are open that their answers should be fetched. */
  watch(cause: Cause): boolean {
    this.#open.add(cause);
    return this.#open.size % OPEN_QUESTIONS === 0;
  }

  /** The questions that have no answer yet. */
  get unanswered(): Cause[] {
    return [...this.#open].filter((cause) => !cause.resolved);
  }

  /** Takes the answer at `at`. Another read may have brought the same answer already. */
  answer(cause: Cause, answers: Uint32Array, at: number): void {
    cause.resolve(answers[at] as number, answers[at + 1] as number);
    if (!cause.error) this.#open.delete(cause);
  }

  /** Returns the first error among the causes of a value, and marks it as reported. */
  tell(causes: Iterable<Cause>): Error | undefined {
    for (const cause of causes) {
      if (!cause.error) continue;
      cause.seen = true;
      this.#open.delete(cause);
      return cause.error;
    }
    return undefined;
  }

  /** Returns the first unreported error, and marks it as reported. */
  tellUnseen(): Error | undefined {
    return this.tell([...this.#open].filter((cause) => !cause.seen));
  }
}

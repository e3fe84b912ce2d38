import type { Listener, LossPoint, Score, WrongDigit } from './protocol.ts';

/** The least time between two progress events. A GPU does many steps in this time. */
const TELL_EVERY_MS = 100;

interface Untold {
  readonly losses: LossPoint[];
  readonly scores: Score[];
  wrong: readonly WrongDigit[] | undefined;
  /** The number of images trained on, and the time it took. */
  images: number;
  ms: number;
}

const nothing = (): Untold => ({ losses: [], scores: [], wrong: undefined, images: 0, ms: 0 });

/** Collects results and sends them to the page now and then. */
export class Telling {
  readonly #listener: Listener;
  #untold = nothing();
  #toldAt = Number.NEGATIVE_INFINITY;
  #last = { step: 0, at: 0 };

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Starts the timing of steps, which excludes pauses and scoring. */
  begin(step: number): void {
    this.#last = { step, at: performance.now() };
  }

  /** @param batch images per step */
  loss(point: LossPoint, batch: number): void {
    const { step, at } = this.#last;
    this.begin(point.step);
    this.#untold.images += (point.step - step) * batch;
    this.#untold.ms += this.#last.at - at;
    this.#untold.losses.push(point);
    this.#tellNowAndThen();
  }

  score(score: Score, wrong: readonly WrongDigit[]): void {
    this.#untold.scores.push(score);
    this.#untold.wrong = wrong;
    this.#tellNowAndThen();
  }

  /** Sends what is left. */
  flush(): void {
    const { losses, scores, wrong, images, ms } = this.#untold;
    if (losses.length + scores.length === 0) return;
    const step = Math.max(losses.at(-1)?.step ?? 0, scores.at(-1)?.step ?? 0);
    const imagesPerSecond = images > 0 ? (1000 * images) / ms : undefined;
    this.drop();
    this.#toldAt = performance.now();
    this.#listener({ kind: 'progress', step, losses, scores, wrong, imagesPerSecond });
  }

  /** Drops unsent results, which were lost with the device. */
  drop(): void {
    this.#untold = nothing();
  }

  #tellNowAndThen(): void {
    if (performance.now() - this.#toldAt >= TELL_EVERY_MS) this.flush();
  }
}

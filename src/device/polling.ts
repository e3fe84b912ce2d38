/** The first pause before a poll, in ms. */
const FIRST_PAUSE = 1;
/** A later pause, as a fraction of the time waited so far: the most by which a poll comes late. */
const PAUSE_PER_WAIT = 1 / 8;

const pollers = new WeakMap<GPUQueue, Poller>();

/**
 * Returns the same promise of a queue or of a mapping, and polls the queue's device until it settles. Some hosts notice
 * that the GPU is done only when something is submitted, or else about 100 ms later (wgpu in Firefox). Submitting
 * nothing is enough. Where a promise settles at once, nothing is ever submitted, and a long wait costs a few dozen
 * submissions at most.
 */
export function polled<T>(queue: GPUQueue, promise: Promise<T>): Promise<T> {
  let poller = pollers.get(queue);
  if (!poller) {
    poller = new Poller(queue);
    pollers.set(queue, poller);
  }
  poller.until(promise);
  return promise;
}

/** Polls one device while any of its promises is pending. */
class Poller {
  readonly #queue: GPUQueue;
  #pending = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(queue: GPUQueue) {
    this.#queue = queue;
  }

  until(promise: Promise<unknown>): void {
    this.#pending++;
    this.#since = performance.now();
    this.#schedule();
    const settled = () => {
      if (--this.#pending === 0) clearTimeout(this.#timer);
    };
    promise.then(settled, settled);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const pause = Math.max(FIRST_PAUSE, PAUSE_PER_WAIT * (performance.now() - this.#since));
    this.#timer = setTimeout(() => {
      this.#queue.submit([]);
      this.#schedule();
    }, pause);
    // In Node, the wait itself keeps the process alive, not its timer.
    (this.#timer as { unref?(): void }).unref?.();
  }
}

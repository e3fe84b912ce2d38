import type { Clock } from './clock.ts';
import { Copy } from './copy.ts';
import type { Contender } from './measure.ts';

/** Bytes that one lead dispatch copies. A few dispatches take milliseconds. */
const LEAD_BYTES = 2 ** 26;
const LEAD_WIDTH = 64;
/** The length of a lead relative to the host's last encoding time, and its most in ms. */
const MARGIN = 1.5;
const LONGEST_LEAD = 100;

/**
 * Times batches on one device. With the GPU's clock each batch has a lead: untimed copies that keep the GPU busy while the
 * host encodes the batch, so that the measured time is the kernels' and not the host's.
 */
export class Timer {
  readonly clock: Clock;
  readonly #lead: { readonly copy: Copy; readonly ms: number } | undefined;

  private constructor(clock: Clock, lead?: { copy: Copy; ms: number }) {
    this.clock = clock;
    this.#lead = lead;
  }

  /** @param withLead false on a software adapter, where lead and encoding would compete for the processor */
  static async open(device: GPUDevice, clock: Clock, withLead: boolean): Promise<Timer> {
    if (!withLead || clock.kind === 'host') return new Timer(clock);
    const copy = new Copy(device, LEAD_BYTES, 1);
    let ms = 0;
    // The first time includes compilation.
    for (const calls of [1, 4]) ms = (await clock.time(() => copy.queue(calls, LEAD_WIDTH))) / calls;
    return new Timer(clock, { copy, ms: Math.max(ms, 1e-3) });
  }

  /** @param queue queues that many calls on the device; its promise resolves when all are queued */
  contender(queue: (calls: number) => void | Promise<void>): Contender {
    let hostMs = 0; // per call
    return {
      time: (calls) =>
        this.clock.time(
          async () => {
            const start = performance.now();
            await queue(calls);
            hostMs = (performance.now() - start) / calls;
          },
          () => this.#queueLead(MARGIN * calls * hostMs),
        ),
    };
  }

  dispose(): void {
    this.#lead?.copy.dispose();
    this.clock.dispose();
  }

  #queueLead(ms: number): void {
    if (!this.#lead) return;
    const calls = Math.ceil(Math.min(ms, LONGEST_LEAD) / this.#lead.ms);
    if (calls > 0) this.#lead.copy.queue(calls, LEAD_WIDTH);
  }
}

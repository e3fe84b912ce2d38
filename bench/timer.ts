import type { Clock } from './clock.ts';
import { Copy } from './copy.ts';
import type { Contender } from './measure.ts';

/** What a lead copies: long enough that a few dispatches are milliseconds. */
const LEAD_BYTES = 2 ** 26;
const LEAD_WIDTH = 64;
/** A lead is longer than the host took last time by this factor, and never longer than so many ms. */
const MARGIN = 1.5;
const LONGEST_LEAD = 100;

/**
 * Times batches on one device. On a GPU's own clock each batch has a lead: copies that are not timed and keep the GPU
 * busy for as long as the host takes to encode the batch. So the time is the kernels', not the host's.
 */
export class Timer {
  readonly clock: Clock;
  readonly #lead: { readonly copy: Copy; readonly ms: number } | undefined;

  private constructor(clock: Clock, lead?: { copy: Copy; ms: number }) {
    this.clock = clock;
    this.#lead = lead;
  }

  /** @param withLead of no use where the processor is the device: then both would be in each other's way */
  static async open(device: GPUDevice, clock: Clock, withLead: boolean): Promise<Timer> {
    if (!withLead || clock.kind === 'host') return new Timer(clock);
    const copy = new Copy(device, LEAD_BYTES, 1);
    let ms = 0;
    // The first time has the compiler in it.
    for (const calls of [1, 4]) ms = (await clock.time(() => copy.queue(calls, LEAD_WIDTH))) / calls;
    return new Timer(clock, { copy, ms: Math.max(ms, 1e-3) });
  }

  /** @param queue puts so many calls on the device's queue; what it returns resolves when all of them are there */
  contender(queue: (calls: number) => void | Promise<void>): Contender {
    let hostMs = 0; // a call
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

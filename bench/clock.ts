import { polled } from '../src/device/polling.ts';
import { BUFFER_USAGE, MAP_READ } from '../src/device/usage.ts';

/** The least length of a batch, in quanta of the clock. The time of a shorter batch is mostly clock error. */
export const LEAST_QUANTA = 50;

const STAMP_BYTES = 8;
/** The number of timestamps per measurement of the quantum, and how many must differ from the one before. */
const PROBES = 64;
const STEPS = 16;
const MOST_READS = 32;

/** The GPU's own clock was requested, and there is none. */
export class ClockError extends Error {
  override name = 'ClockError';
}

/**
 * Times work on a device's queue: between two timestamps of the GPU's own clock if it has one, otherwise on the host from
 * the call until the queue is idle.
 */
export class Clock {
  readonly kind: 'gpu' | 'host';
  /** The smallest observed step of the clock, in ms. */
  readonly quantum: number;
  readonly #device: GPUDevice;
  readonly #stamps: Stamps | undefined;

  private constructor(device: GPUDevice, stamps: Stamps | undefined, quantum: number) {
    this.#device = device;
    this.#stamps = stamps;
    this.kind = stamps ? 'gpu' : 'host';
    this.quantum = quantum;
  }

  /**
   * @param asked 'auto' uses the GPU's clock if the device has timestamp queries
   * @throws ClockError for 'gpu' on a device without them
   */
  static async open(device: GPUDevice, asked: 'auto' | 'gpu' | 'host' = 'auto'): Promise<Clock> {
    const has = device.features.has('timestamp-query');
    if (asked === 'gpu' && !has) {
      throw new ClockError(
        'bench: clock is gpu, and this adapter has no timestamp queries; expected auto or host, which times by the host',
      );
    }
    if (asked === 'host' || !has) return new Clock(device, undefined, hostQuantum());
    return new Clock(device, new Stamps(device, 2), await gpuQuantum(device));
  }

  /** The least length of a batch, in ms. */
  get leastBatch(): number {
    return LEAST_QUANTA * this.quantum;
  }

  /**
   * Returns the milliseconds that the device takes for the work that `work` queues. The promise of `work` resolves when
   * all of it is queued. `lead` is queued first and not timed: it gives the host time to encode.
   */
  async time(work: () => void | Promise<void>, lead?: () => void): Promise<number> {
    const { queue } = this.#device;
    await polled(queue, queue.onSubmittedWorkDone());
    if (!this.#stamps) {
      const start = performance.now();
      await work();
      await polled(queue, queue.onSubmittedWorkDone());
      return performance.now() - start;
    }
    lead?.();
    this.#stamps.write(0);
    await work();
    this.#stamps.write(1);
    const [start, end] = (await this.#stamps.read(2)) as [bigint, bigint];
    return Number(end - start) / 1e6;
  }

  dispose(): void {
    this.#stamps?.dispose();
  }
}

/** Timestamps written by empty passes once all earlier work is done. */
class Stamps {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(device: GPUDevice, count: number) {
    this.#device = device;
    const size = STAMP_BYTES * count;
    this.#queries = device.createQuerySet({ type: 'timestamp', count });
    this.#resolved = device.createBuffer({ size, usage: BUFFER_USAGE.QUERY_RESOLVE | BUFFER_USAGE.COPY_SRC });
    this.#staging = device.createBuffer({ size, usage: BUFFER_USAGE.MAP_READ | BUFFER_USAGE.COPY_DST });
  }

  write(at: number): void {
    const encoder = this.#device.createCommandEncoder();
    const timestampWrites = { querySet: this.#queries, endOfPassWriteIndex: at };
    encoder.beginComputePass({ timestampWrites }).end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /** The first `count`, in ns of the GPU's clock. */
  async read(count: number): Promise<bigint[]> {
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, STAMP_BYTES * count);
    this.#device.queue.submit([encoder.finish()]);
    await polled(this.#device.queue, this.#staging.mapAsync(MAP_READ));
    const stamps = [...new BigUint64Array(this.#staging.getMappedRange(0, STAMP_BYTES * count))];
    this.#staging.unmap();
    return stamps;
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}

/** The smallest step of the GPU's clock, in ms. */
async function gpuQuantum(device: GPUDevice): Promise<number> {
  const stamps = new Stamps(device, PROBES);
  const seen: bigint[] = [];
  // A coarse clock repeats values, and two distinct values say little about its step.
  for (let reads = 0; reads < MOST_READS && new Set(seen).size <= STEPS; reads++) {
    for (let at = 0; at < PROBES; at++) stamps.write(at);
    seen.push(...(await stamps.read(PROBES)));
  }
  stamps.dispose();
  return Number(stepOf(seen)) / 1e6;
}

/** The greatest common divisor of all distances: 65,536 ns if the timestamps are quantized to that. */
export function stepOf(stamps: readonly bigint[]): bigint {
  let step = 0n;
  for (let i = 1; i < stamps.length; i++) {
    let [a, b] = [step, (stamps[i] as bigint) - (stamps[i - 1] as bigint)];
    while (b !== 0n) [a, b] = [b, a % b];
    step = a < 0n ? -a : a;
  }
  return step;
}

/** The smallest step of performance.now(), in ms. */
function hostQuantum(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PROBES; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}

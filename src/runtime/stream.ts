import { DeviceLostError, GradfoldError } from '../core/errors.ts';
import { polled } from '../device/polling.ts';
import { BUFFER_USAGE } from '../device/usage.ts';
import { Cause, type Causes, NO_CAUSES, unite } from './causes.ts';
import { Encoder } from './encoder.ts';
import { Faults } from './faults.ts';
import { ParamBlocks } from './param_blocks.ts';
import type { Pool, Storage } from './pool.ts';
import { causesAfter, type Dispatch, type Item, memoryOf, type Read, writesOf } from './records.ts';

interface Batch {
  readonly items: Item[];
  readonly params: ParamBlocks;
}

/** Records that trigger a submit: the GPU starts early, and the ring has room for the parameters of several batches. */
const BATCH_ITEMS = 512;
/** Spare parameter blocks: up to this many batches may be in flight without a new allocation. */
const PARAMS_KEPT = 8;

/**
 * The records of ops, in order, encoded only at submit: one command buffer per batch, one compute pass between copies,
 * all parameters written to the ring at once. A batch is submitted only after the device accepted the one before it. If
 * the device refuses a submit, the batch is encoded again record by record, and only those that fail lose their
 * results.
 */
export class Stream {
  readonly #device: GPUDevice;
  readonly #pool: Pool;
  readonly #encoder: Encoder;
  readonly #spareParams: ParamBlocks[] = [];
  #batch = this.#newBatch();
  #tail: Promise<void> = Promise.resolve();
  readonly #faults = new Faults();
  readonly #reads = new Set<(error: Error) => void>();
  #ended: Error | undefined;

  constructor(device: GPUDevice, pool: Pool) {
    this.#device = device;
    this.#pool = pool;
    this.#encoder = new Encoder(device);
    device.lost.then((info) =>
      this.end(new DeviceLostError(`the GPU device was lost (${info.reason || 'unknown'}): ${info.message}`)),
    );
  }

  /** Why nothing can be recorded anymore, if the stream has ended. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Records a dispatch. `writeParams` fills its zeroed parameter block, which starts at `offset` of the view. */
  dispatch(item: Dispatch, writeParams: (view: DataView, offset: number) => void): void {
    this.assertOpen();
    const { params } = this.#batch;
    item.paramOffset = params.reserve(item.pipeline.kernel.paramBytes);
    writeParams(params.view, item.paramOffset);
    this.#push(item);
  }

  /**
   * Writes host data. `queue.writeBuffer` runs before all unsubmitted records, so it is used only for storage that none
   * of them uses. Otherwise the data waits its turn in a staging buffer.
   */
  upload(storage: Storage, offset: number, data: ArrayBufferView<ArrayBuffer>, whole: boolean): void {
    this.assertOpen();
    if (data.byteLength === 0) return;
    if (storage.slab.unsubmitted === 0 && !storage.borrowed) {
      this.#device.queue.writeBuffer(storage.buffer, offset, data.buffer, data.byteOffset, data.byteLength);
      if (whole) storage.causes = NO_CAUSES;
      return;
    }
    const staging = this.#device.createBuffer({
      size: data.byteLength,
      usage: BUFFER_USAGE.COPY_SRC,
      mappedAtCreation: true,
    });
    new Uint8Array(staging.getMappedRange()).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    staging.unmap();
    this.#push({ kind: 'upload', staging, storage, offset, whole });
  }

  /** Reads the storage as it is at this point of the stream. Rejects if the value depends on a fault or failure. */
  read(storage: Storage, offset: number, bytes: number): Promise<ArrayBuffer> {
    this.assertOpen();
    return new Promise<ArrayBuffer>((resolve, reject) => {
      const settle = (error: Error) => {
        this.#reads.delete(settle);
        reject(error);
      };
      this.#reads.add(settle);
      const done = (data: ArrayBuffer) => {
        this.#reads.delete(settle);
        resolve(data);
      };
      this.#push({
        kind: 'read',
        storage,
        offset,
        bytes,
        resolve: done,
        reject: settle,
        causes: NO_CAUSES,
        asked: [],
        copies: undefined,
      });
      // Reads of the same turn are submitted together, and mapped once.
      queueMicrotask(() => void this.#submitBatch());
    });
  }

  /** Registers a question that a recorded kernel will answer, so that `sync()` fetches the answer if no read does. */
  watch(cause: Cause): void {
    if (this.#faults.watch(cause)) void this.#ask().catch(() => {});
  }

  /** Resolves when all recorded work is on the device's queue. */
  async flush(): Promise<void> {
    this.assertOpen();
    await this.#submitBatch();
    this.assertOpen();
  }

  /** Resolves when the GPU has finished. Rejects with the first fault or failure that no read has reported yet. */
  async sync(): Promise<void> {
    await this.flush();
    await this.#ask();
    const { queue } = this.#device;
    await polled(queue, queue.onSubmittedWorkDone());
    this.assertOpen();
    const error = this.#faults.tellUnseen();
    if (error) throw error;
  }

  /** Rejects all pending and future work. */
  end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const reject of [...this.#reads]) reject(error);
  }

  assertOpen(): void {
    if (this.#ended) throw this.#ended;
  }

  #newBatch(): Batch {
    return { items: [], params: this.#spareParams.pop() ?? new ParamBlocks(BATCH_ITEMS) };
  }

  #push(item: Item): void {
    for (const { slab } of memoryOf(item)) slab.unsubmitted++;
    this.#batch.items.push(item);
    if (this.#batch.items.length >= BATCH_ITEMS) void this.#submitBatch();
  }

  #submitBatch(): Promise<void> {
    if (this.#batch.items.length > 0) {
      const batch = this.#batch;
      this.#batch = this.#newBatch();
      this.#tail = this.#tail.then(() => this.#submit(batch)).catch((error: Error) => this.end(error));
    }
    return this.#tail;
  }

  async #submit(batch: Batch): Promise<void> {
    await this.#pipelinesReady(batch);
    if (this.#ended) return;
    const base = this.#encoder.writeParams(batch.params);
    this.#spare(batch.params);
    const undo: [Storage, Causes][] = [];
    const runnable: Item[] = [];
    for (const item of batch.items) if (this.#propagate(item, undo)) runnable.push(item);
    if ((await this.#encoder.submit(runnable, base)) === undefined) {
      for (const item of runnable) this.#settle(item);
    } else {
      for (const [storage, causes] of undo.reverse()) storage.causes = causes;
      await this.#submitAlone(batch, base);
    }
    for (const item of batch.items) for (const { slab } of memoryOf(item)) this.#pool.submitted(slab);
  }

  #spare(params: ParamBlocks): void {
    params.bytes = 0;
    if (this.#spareParams.length < PARAMS_KEPT) this.#spareParams.push(params);
  }

  async #pipelinesReady(batch: Batch): Promise<void> {
    const waiting = new Set<Promise<void>>();
    for (const item of batch.items) {
      if (item.kind === 'dispatch' && !item.pipeline.pipeline && !item.pipeline.failure)
        waiting.add(item.pipeline.ready);
    }
    if (waiting.size > 0) await Promise.all(waiting);
  }

  /** Propagates causes from what an item reads to what it writes. Returns false if the item cannot run. */
  #propagate(item: Item, undo: [Storage, Causes][]): boolean {
    if (item.kind === 'read') {
      item.causes = unite([item.storage.causes]);
      return true;
    }
    const failure = item.kind === 'dispatch' ? item.pipeline.failure : undefined;
    if (failure && !failure.seen) this.#faults.watch(failure);
    const own: Causes = failure ? new Set([failure]) : NO_CAUSES;
    const causes = causesAfter(item, own);
    for (const storage of writesOf(item)) {
      if (storage.causes === causes) continue;
      undo.push([storage, storage.causes]);
      storage.causes = causes;
    }
    return failure === undefined;
  }

  async #submitAlone(batch: Batch, base: number): Promise<void> {
    for (const item of batch.items) {
      if (!this.#propagate(item, [])) continue;
      const error = await this.#encoder.submit([item], base);
      if (!error) {
        this.#settle(item);
        continue;
      }
      const refused = memoryOf(item).find(({ slab }) => slab.refused)?.slab.refused ?? error.message;
      const name = item.kind === 'dispatch' ? `${item.op} (${item.pipeline.kernel.entry})` : item.kind;
      const failure = Cause.failure(new GradfoldError(`${name} could not run: ${refused}`));
      if (item.kind === 'read') item.reject(failure.error as Error);
      else {
        this.#faults.watch(failure);
        const causes = causesAfter(item, new Set([failure]));
        for (const storage of writesOf(item)) storage.causes = causes;
      }
    }
  }

  /** Finishes an item that is on the queue. */
  #settle(item: Item): void {
    if (item.kind === 'upload') item.staging.destroy();
    if (item.kind === 'read') void this.#finish(item).catch((error: Error) => item.reject(error));
  }

  async #finish(item: Read): Promise<void> {
    const { data: dataSpan, answers: answersSpan } = item.copies as NonNullable<Read['copies']>;
    let data: ArrayBuffer;
    let answers: Uint32Array;
    try {
      const [bytes, words] = await Promise.all([
        dataSpan.readback.take(dataSpan),
        answersSpan.readback.take(answersSpan),
      ]);
      [data, answers] = [bytes, new Uint32Array(words)];
    } catch (cause) {
      item.reject(this.#ended ?? (await this.#whyLost()) ?? new GradfoldError('reading back failed', { cause }));
      return;
    }
    for (const [at, cause] of item.asked.entries()) this.#faults.answer(cause, answers, 2 * at);
    const error = this.#faults.tell(item.causes);
    if (error) item.reject(error);
    else item.resolve(data);
  }

  /** Fetches the answers to all open questions. */
  async #ask(): Promise<void> {
    const asked = this.#faults.unanswered;
    const answers = await Promise.all(asked.map(({ slot }) => this.read(slot as Storage, 0, 8)));
    for (const [at, cause] of asked.entries())
      this.#faults.answer(cause, new Uint32Array(answers[at] as ArrayBuffer), 0);
  }

  /** Waits for `device.lost`, which may resolve a little after the first sign of a loss. */
  async #whyLost(): Promise<Error | undefined> {
    await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 1000))]);
    return this.#ended;
  }
}

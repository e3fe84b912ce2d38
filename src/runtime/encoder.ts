import { GradfoldError } from '../core/errors.ts';
import { BUFFER_USAGE } from '../device/usage.ts';
import type { ParamBlocks } from './param_blocks.ts';
import type { Pipeline } from './pipelines.ts';
import type { Storage } from './pool.ts';
import { Readback, type Span } from './readback.ts';
import type { BoundRange, Dispatch, Item, Read, Upload } from './records.ts';

const RING_BYTES = 2 ** 20;
/** A loop of fewer dispatches reuses all of its bind groups. */
const BIND_GROUPS_KEPT = 4096;

/** A fault's answer: the first faulty index and the value there. */
const ANSWER_BYTES = 8;

/** A bind group, and the pipeline and ranges that it was made for. */
interface BoundGroup {
  readonly pipeline: Pipeline;
  readonly ranges: readonly BoundRange[];
  readonly group: GPUBindGroup;
}

/** Encodes records into command buffers: one compute pass between copies, with parameters from one ring. */
export class Encoder {
  readonly #device: GPUDevice;
  readonly #ring: GPUBuffer;
  /** Bind groups by the hash of what they bind. If two have the same hash, the later one stays. */
  readonly #bindGroups = new Map<number, BoundGroup>();
  #ringAt = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    const usage = BUFFER_USAGE.UNIFORM | BUFFER_USAGE.COPY_DST;
    this.#ring = device.createBuffer({ label: 'parameters', size: RING_BYTES, usage });
  }

  /** Writes a batch's parameters to the ring in one write, which follows earlier submits. @returns their offset */
  writeParams({ view, bytes }: ParamBlocks): number {
    if (bytes === 0) return 0;
    if (this.#ringAt + bytes > RING_BYTES) this.#ringAt = 0;
    const base = this.#ringAt;
    this.#device.queue.writeBuffer(this.#ring, base, view.buffer, 0, bytes);
    this.#ringAt += bytes;
    return base;
  }

  /** Encodes and submits. @returns the device's error if it refused the submit; then none of it has run */
  async submit(items: readonly Item[], base: number): Promise<Error | undefined> {
    const device = this.#device;
    device.pushErrorScope('validation');
    this.#reserveCopies(items);
    const encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    let current: Pipeline | undefined;
    for (const item of items) {
      if (item.kind === 'dispatch') {
        pass ??= encoder.beginComputePass();
        if (item.pipeline !== current) pass.setPipeline(item.pipeline.pipeline as GPUComputePipeline);
        current = item.pipeline;
        pass.setBindGroup(0, this.#bindGroup(item), [base + item.paramOffset]);
        pass.dispatchWorkgroups(item.grid[0], item.grid[1]);
        continue;
      }
      pass?.end();
      pass = undefined;
      current = undefined;
      this.#encodeCopy(encoder, item);
    }
    pass?.end();
    device.queue.submit([encoder.finish()]);
    const error = await device.popErrorScope().catch(() => null);
    return error ? new GradfoldError(error.message) : undefined;
  }

  #encodeCopy(encoder: GPUCommandEncoder, item: Upload | Read): void {
    const { buffer } = item.storage;
    if (item.kind === 'upload') encoder.copyBufferToBuffer(item.staging, 0, buffer, item.offset, item.staging.size);
    else {
      const { data, answers } = item.copies as NonNullable<Read['copies']>;
      const target = data.readback.buffer;
      if (data.bytes > 0) encoder.copyBufferToBuffer(buffer, item.offset, target, data.offset, data.bytes);
      for (const [index, { slot }] of item.asked.entries()) {
        const { readback, offset } = answers;
        encoder.copyBufferToBuffer(
          (slot as Storage).buffer,
          0,
          readback.buffer,
          offset + ANSWER_BYTES * index,
          ANSWER_BYTES,
        );
      }
    }
  }

  /** Reserves room for what a submission reads back: in one buffer, unless that would exceed the largest. */
  #reserveCopies(items: readonly Item[]): void {
    let readback = new Readback(this.#device);
    const reserve = (bytes: number) => {
      const span = readback.reserve(bytes);
      if (span) return span;
      readback = new Readback(this.#device);
      return readback.reserve(bytes) as Span;
    };
    for (const item of items) {
      if (item.kind !== 'read') continue;
      releaseCopies(item);
      item.asked = [...item.causes].filter((cause) => !cause.resolved);
      item.copies = { data: reserve(item.bytes), answers: reserve(ANSWER_BYTES * item.asked.length) };
    }
  }

  #bindGroup({ pipeline, ranges }: Dispatch): GPUBindGroup {
    const hash = hashOf(pipeline, ranges);
    const known = this.#bindGroups.get(hash);
    if (known?.pipeline === pipeline && bindsSame(known.ranges, ranges)) return known.group;
    const entries: GPUBindGroupEntry[] = ranges.map(({ slab, offset, size }, index) => ({
      binding: index + 1,
      resource: { buffer: slab.buffer, offset, size },
    }));
    entries.unshift({ binding: 0, resource: { buffer: this.#ring, size: pipeline.kernel.paramBytes } });
    const group = this.#device.createBindGroup({ layout: pipeline.layout, entries });
    if (this.#bindGroups.size >= BIND_GROUPS_KEPT) this.#bindGroups.clear();
    this.#bindGroups.set(hash, { pipeline, ranges, group });
    return group;
  }
}

/** Releases the copies of a submission that was refused. */
function releaseCopies({ copies }: Read): void {
  copies?.data.readback.release();
  copies?.answers.readback.release();
}

/** A 32-bit hash (FNV-1a over words). */
function hashOf({ id }: Pipeline, ranges: readonly BoundRange[]): number {
  let hash = Math.imul(0x811c9dc5 ^ id, 0x01000193);
  for (const { slab, offset, size } of ranges) {
    hash = Math.imul(hash ^ slab.id, 0x01000193);
    hash = Math.imul(hash ^ offset, 0x01000193);
    hash = Math.imul(hash ^ size, 0x01000193);
  }
  return hash;
}

function bindsSame(a: readonly BoundRange[], b: readonly BoundRange[]): boolean {
  return a.every(({ slab, offset, size }, index) => {
    const other = b[index];
    return other?.slab === slab && other.offset === offset && other.size === size;
  });
}

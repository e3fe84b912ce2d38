import type { HostRange } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { BUFFER_USAGE, COMPUTE_STAGE } from '../device/usage.ts';
import type { Machine } from '../plan/machine.ts';
import { type Causes, NO_CAUSES } from './causes.ts';

/** A GPU buffer, and the number of unsubmitted records that use it. */
interface Slab {
  /** Identifies the buffer in keys. */
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  unsubmitted: number;
  /** Whether it is destroyed as soon as no record uses it. */
  doomed: boolean;
  /** Why the device could not allocate or use it. */
  refused: string | undefined;
}

/**
 * A tensor's memory, reference-counted: views and in-place results share it. It also carries what is known about its
 * contents: the `causes` that they depend on, in the order of the stream, and the host range of integers.
 */
export class Storage {
  readonly slab: Slab;
  /** Bytes that were asked for; the buffer may be longer. */
  readonly contentBytes: number;
  readonly borrowed: boolean;
  causes: Causes = NO_CAUSES;
  hostRange: HostRange | undefined;
  #references = 1;
  readonly #release: (storage: Storage) => void;

  constructor(slab: Slab, contentBytes: number, borrowed: boolean, release: (storage: Storage) => void) {
    this.slab = slab;
    this.contentBytes = contentBytes;
    this.borrowed = borrowed;
    this.#release = release;
  }

  get buffer(): GPUBuffer {
    return this.slab.buffer;
  }

  /** Size of the memory: a multiple of 16 if it is owned, of 4 if it is borrowed. */
  get bytes(): number {
    return this.slab.bytes;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.#release(this);
  }
}

/** Bytes in live tensors, bytes in the pool, and the peak of their sum. */
export interface MemoryUse {
  liveBytes: number;
  pooledBytes: number;
  peakBytes: number;
}

const TENSOR_USAGE = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC | BUFFER_USAGE.COPY_DST;
let nextId = 0;
const PLACEHOLDER_BYTES = 256;
const POOL_CAP = 512 * 2 ** 20;
/** The device of each buffer that a backend created. */
const owners = new WeakMap<GPUBuffer, GPUDevice>();

/**
 * Storage for tensors. Later *records* may reuse a freed buffer at once, since they run after those that still use it.
 * An *upload* or `destroy()` may take it only when no unsubmitted record uses it anymore.
 */
export class Pool {
  readonly #device: GPUDevice;
  readonly #machine: Machine;
  readonly #free = new Map<number, Slab[]>();
  #borrowed: GPUBindGroupLayout | undefined;
  readonly #memory: MemoryUse = { liveBytes: 0, pooledBytes: 0, peakBytes: 0 };

  constructor(device: GPUDevice, machine: Machine) {
    this.#device = device;
    this.#machine = machine;
  }

  get memory(): MemoryUse {
    return { ...this.#memory };
  }

  /** Returns storage for `bytes`, of unspecified content. `purpose` says what writes it first. */
  acquire(bytes: number, purpose: 'record' | 'upload'): Storage {
    const padded = sizeClass(bytes);
    if (padded > this.#machine.maxBufferBytes) {
      throw new ShapeError(
        `tensor: ${bytes} bytes are more than this adapter's largest buffer, ${this.#machine.maxBufferBytes} bytes`,
      );
    }
    const slab = this.#reuse(padded, purpose);
    if (slab) return this.#account(new Storage(slab, bytes, false, this.#release));
    return this.#account(new Storage(this.#allocate(padded), bytes, false, this.#release));
  }

  /**
   * Wraps a buffer of the caller's, which is never pooled or destroyed. Only the device can tell whether a buffer that
   * no backend created belongs to another device; if so, work that uses it fails with that reason.
   * @throws GradfoldError for a buffer of another backend's device
   */
  borrow(buffer: GPUBuffer): Storage {
    const owner = owners.get(buffer);
    if (owner && owner !== this.#device) {
      throw new GradfoldError("fromBuffer: buffer belongs to another backend's device, expected one of this device");
    }
    // A shader sees only whole words of a buffer.
    const slab = slabOf(buffer, 4 * Math.floor(buffer.size / 4));
    if (!owner && slab.bytes > 0) this.#askWhose(slab);
    return new Storage(slab, slab.bytes, true, () => {});
  }

  /** Returns storage to bind for absent slices. It belongs to no tensor; the caller destroys its buffer. */
  placeholder(): Storage {
    const slab = this.#allocate(PLACEHOLDER_BYTES);
    return new Storage(slab, slab.bytes, false, () => {});
  }

  /** Must be called when a record that uses the slab has been submitted. */
  submitted(slab: Slab): void {
    slab.unsubmitted--;
    if (slab.doomed && slab.unsubmitted === 0) slab.buffer.destroy();
  }

  /** Destroys the buffers in the pool. */
  clear(): void {
    for (const slabs of this.#free.values()) for (const slab of slabs) this.#destroy(slab);
    this.#free.clear();
    this.#memory.pooledBytes = 0;
  }

  #askWhose(slab: Slab): void {
    const device = this.#device;
    device.pushErrorScope('validation');
    this.#borrowed ??= device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: COMPUTE_STAGE, buffer: { type: 'read-only-storage' } }],
    });
    device.createBindGroup({
      layout: this.#borrowed,
      entries: [{ binding: 0, resource: { buffer: slab.buffer, size: 4 } }],
    });
    void device.popErrorScope().then(
      (error) => {
        if (error) slab.refused = `fromBuffer: the buffer cannot be used on this device: ${error.message}`;
      },
      () => {},
    );
  }

  #allocate(bytes: number): Slab {
    // An error scope for every small buffer would cost too much: a failed allocation also shows at the submit.
    const scoped = bytes >= 2 ** 20;
    if (scoped) this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer({ size: bytes, usage: TENSOR_USAGE });
    owners.set(buffer, this.#device);
    const slab = slabOf(buffer, bytes);
    if (scoped) {
      void this.#device.popErrorScope().then(
        (error) => {
          if (error) slab.refused = `${bytes} bytes could not be allocated: ${error.message}`;
        },
        () => {},
      );
    }
    return slab;
  }

  #reuse(padded: number, purpose: 'record' | 'upload'): Slab | undefined {
    const slabs = this.#free.get(padded);
    if (!slabs) return undefined;
    // The buffer freed last is the likeliest to be cached still, and its bind groups recur.
    const at = purpose === 'record' ? slabs.length - 1 : slabs.findLastIndex((slab) => slab.unsubmitted === 0);
    if (at < 0) return undefined;
    const slab = at === slabs.length - 1 ? slabs.pop() : slabs.splice(at, 1)[0];
    if (slab) this.#memory.pooledBytes -= padded;
    return slab;
  }

  #account(storage: Storage): Storage {
    const memory = this.#memory;
    memory.liveBytes += storage.bytes;
    memory.peakBytes = Math.max(memory.peakBytes, memory.liveBytes + memory.pooledBytes);
    return storage;
  }

  readonly #release = (storage: Storage): void => {
    const { slab, bytes } = storage;
    this.#memory.liveBytes -= bytes;
    if (this.#memory.pooledBytes + bytes > POOL_CAP) {
      this.#destroy(slab);
      return;
    }
    this.#memory.pooledBytes += bytes;
    const slabs = this.#free.get(bytes);
    if (slabs) slabs.push(slab);
    else this.#free.set(bytes, [slab]);
  };

  #destroy(slab: Slab): void {
    if (slab.unsubmitted === 0) slab.buffer.destroy();
    else slab.doomed = true;
  }
}

export type { Slab };

function slabOf(buffer: GPUBuffer, bytes: number): Slab {
  return { id: nextId++, buffer, bytes, unsubmitted: 0, doomed: false, refused: undefined };
}

/**
 * Rounds up to 256-byte steps, then to steps of about an eighth of the size: a freed buffer often fits another shape.
 */
function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return step * Math.max(1, Math.ceil(bytes / step));
}

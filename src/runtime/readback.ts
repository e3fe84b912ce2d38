import { polled } from '../device/polling.ts';
import { BUFFER_USAGE, MAP_READ } from '../device/usage.ts';

/** Mapped ranges start at multiples of this, in bytes. */
const ALIGNMENT = 8;

/** A range of a readback's buffer. */
export interface Span {
  readonly readback: Readback;
  readonly offset: number;
  readonly bytes: number;
}

/** A buffer into which one submission copies what is read. It is mapped once for all its spans. */
export class Readback {
  readonly #device: GPUDevice;
  #bytes = 0;
  #spans = 0;
  #buffer: GPUBuffer | undefined;
  #mapped: Promise<void> | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Reserves a span, if this buffer can hold it. The first one always fits. */
  reserve(bytes: number): Span | undefined {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#device.limits.maxBufferSize) return undefined;
    const offset = this.#bytes;
    this.#bytes = ALIGNMENT * Math.ceil((offset + bytes) / ALIGNMENT);
    this.#spans++;
    return { readback: this, offset, bytes };
  }

  /** The buffer, which is created when all spans are reserved. */
  get buffer(): GPUBuffer {
    const { MAP_READ, COPY_DST } = BUFFER_USAGE;
    const size = Math.max(ALIGNMENT, this.#bytes);
    this.#buffer ??= this.#device.createBuffer({ label: 'readback', size, usage: MAP_READ | COPY_DST });
    return this.#buffer;
  }

  /** Returns a span's bytes, and releases it. The buffer is destroyed with its last span. */
  async take({ offset, bytes }: Span): Promise<ArrayBuffer> {
    try {
      this.#mapped ??= polled(this.#device.queue, this.buffer.mapAsync(MAP_READ));
      await this.#mapped;
      return bytes > 0 ? this.buffer.getMappedRange(offset, bytes).slice(0) : new ArrayBuffer(0);
    } finally {
      this.release();
    }
  }

  /** Releases a span unread. */
  release(): void {
    if (--this.#spans === 0) this.#buffer?.destroy();
  }
}

import type { BackendInfo } from '../device/open.ts';
import { convert } from '../kernels/convert.ts';
import { download, upload } from '../kernels/transfer.ts';
import type { MemoryUse, Storage } from '../runtime/pool.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { HostRange } from './data.ts';
import {
  bytesOf,
  checkDType,
  type DType,
  type HostArray,
  type Shape,
  show,
  sizeOf,
  type TensorData,
  toHost,
} from './data.ts';
import { DisposedError, GradfoldError, ShapeError } from './errors.ts';
import { type Recorder, record } from './recorder.ts';

/** The backend that a tensor lives on, a `Backend`: what ops, and whoever holds a tensor, need of it. */
export interface TensorBackend {
  /** As `Backend.info`. */
  readonly info: BackendInfo;
  /** As `Backend.device`. */
  readonly device: GPUDevice;
  /** @internal */
  readonly runtime: Runtime;
  /** @internal Listens to what ops do. */
  recorder: Recorder<Tensor> | undefined;
  /** As `Backend.tensor`. */
  tensor(data: TensorData, shape?: Shape, dtype?: DType): Tensor;
  /** As `Backend.zeros`. */
  zeros(shape: Shape, dtype?: DType): Tensor;
  /** As `Backend.full`. */
  full(shape: Shape, value: number, dtype?: DType): Tensor;
  /** As `Backend.memory`. */
  memory(): MemoryUse;
  /** As `Backend.flush`. */
  flush(): Promise<void>;
  /** As `Backend.sync`. */
  sync(): Promise<void>;
  /** As `Backend.scope`. */
  scope<T>(fn: () => T): T;
  /** @internal A tensor of unspecified content, for an op to fill. */
  empty(shape: Shape, dtype: DType): Tensor;
  /** @internal Runs `fn` while `recorder`, and no other, listens to what ops do. */
  recordedBy<T>(recorder: Recorder<Tensor> | undefined, fn: () => T): T;
  /** @internal What `fn` makes belongs to no scope: whoever makes it disposes of it. */
  apart<T>(fn: () => T): T;
  /** @internal Adds a tensor to the scope that is open, if one is. */
  track(tensor: Tensor): void;
}

/**
 * An array on the GPU: shape, dtype and a place in a storage, which views share. Row-major and contiguous.
 * Made by a `Backend` or by an op; freed by `dispose()`, `using` or `backend.scope`.
 */
export class Tensor {
  readonly backend: TensorBackend;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Elements in all; 1 for a scalar, whose shape is `[]`. */
  readonly size: number;
  /** Where the tensor starts in its buffer, in bytes. */
  readonly byteOffset: number;
  readonly #storage: Storage;
  #disposed = false;

  /** @internal Takes over one reference to `storage`. */
  constructor(backend: TensorBackend, storage: Storage, shape: Shape, dtype: DType, byteOffset = 0) {
    this.backend = backend;
    this.#storage = storage;
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf('tensor', shape);
    this.byteOffset = byteOffset;
    backend.track(this);
  }

  get rank(): number {
    return this.shape.length;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** @internal The memory, for ops. @throws DisposedError after `dispose()`. */
  get storage(): Storage {
    if (this.#disposed) throw new DisposedError(`tensor ${show(this.shape)} was disposed of`);
    return this.#storage;
  }

  /**
   * The GPU buffer. Await `backend.flush()` before using it outside Gradfold: until then recorded work has not
   * reached the queue. Whoever takes it may write it, so labels in it are checked on the GPU from then on.
   */
  get buffer(): GPUBuffer {
    this.storage.hostRange = undefined;
    return this.storage.buffer;
  }

  /** @internal Smallest and largest integer, where the host knows them. */
  get hostRange(): HostRange | undefined {
    return this.storage.hostRange;
  }

  /**
   * Reads the values back: a Float32Array (of f16 too), Int32Array or Uint32Array by dtype, row-major.
   * Rejects if the value depends on a label or an index out of range (LabelError, IndexError) or on work that could not run.
   */
  async data(): Promise<HostArray> {
    const { storage, byteOffset, size, dtype } = this;
    if (dtype === 'f16') return download(this.backend.runtime, this);
    const bytes = await this.backend.runtime.stream.read(storage, byteOffset, 4 * size);
    if (dtype === 'f32') return new Float32Array(bytes);
    return dtype === 'i32' ? new Int32Array(bytes) : new Uint32Array(bytes);
  }

  /** Reads the one value of a tensor of one element. Rejects as `data()` does. */
  async item(): Promise<number> {
    void this.storage;
    if (this.size !== 1) throw new ShapeError(`item: shape is ${show(this.shape)}, expected one element`);
    return (await this.data())[0] as number;
  }

  /** Replaces all values. In order: what was recorded before still reads the old ones. */
  write(data: TensorData): this {
    const { storage } = this;
    const { array, range } = toHost('write', data, this.shape, this.dtype);
    if (this.dtype === 'f16') {
      upload(this.backend.runtime, this, array as Float32Array<ArrayBuffer>);
      return this;
    }
    const whole = this.byteOffset === 0 && 4 * this.size === storage.contentBytes;
    this.backend.runtime.stream.upload(storage, this.byteOffset, array, whole);
    storage.hostRange = whole ? range : undefined;
    return this;
  }

  /** The same values under another shape of equal size: a view, which shares the storage. One dimension may be -1. */
  reshape(shape: Shape): Tensor {
    const { storage } = this;
    if (!Array.isArray(shape)) throw new ShapeError(`reshape: shape is ${shape}, expected an array of whole numbers`);
    const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
    const resolved =
      shape.filter((length) => length === -1).length === 1
        ? shape.map((length) => (length === -1 ? this.size / known : length))
        : [...shape];
    if (!resolved.every(Number.isInteger) || sizeOf('reshape', resolved) !== this.size) {
      throw new ShapeError(
        `reshape: shape is ${show(shape)}, expected ${this.size} elements as in ${show(this.shape)}`,
      );
    }
    const view = new Tensor(this.backend, storage.retain(), resolved, this.dtype, this.byteOffset);
    return record('reshape', { x: this }, view, { back: (dy) => ({ x: dy.reshape(this.shape) }) });
  }

  /** @internal A view of some of the elements, from element `start` on. */
  view(start: number, shape: Shape): Tensor {
    return new Tensor(
      this.backend,
      this.storage.retain(),
      [...shape],
      this.dtype,
      this.byteOffset + bytesOf(this.dtype) * start,
    );
  }

  /**
   * The values converted to another dtype, in a new tensor: floats are cut towards zero and held to the integer's
   * range, NaN becomes 0; integers become the nearest float; between integers the bits are kept. To f16 the nearest is
   * taken, ties to even; from 65,520 up it is infinity. Subnormals of f16 are kept both ways.
   */
  cast(dtype: DType): Tensor {
    checkDType('cast', dtype);
    // To the input's dtype gradients go by themselves.
    return record('cast', { x: this }, this.converted(dtype), { back: (dy) => ({ x: dy }) });
  }

  /** @internal `cast` on behalf of an op, which records itself. */
  converted(dtype: DType): Tensor {
    const result = this.backend.empty(this.shape, dtype);
    convert(this.backend.runtime, 'cast', this, result);
    return result;
  }

  /** Lets the memory go. Harmless when repeated; any other use afterwards throws DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** What a function must be given when it wants a tensor: for messages. */
export function describe(value: unknown): string {
  if (value instanceof Tensor) return `a ${value.dtype} tensor ${show(value.shape)}`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? (value.constructor?.name ?? 'an object') : typeof value;
}

/** @throws GradfoldError unless `value` is a tensor that is still alive. */
export function checkTensor(op: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor)) throw new GradfoldError(`${op}: ${name} is ${describe(value)}, expected a tensor`);
  if (value.disposed) throw new DisposedError(`${op}: ${name} ${show(value.shape)} was disposed of`);
}

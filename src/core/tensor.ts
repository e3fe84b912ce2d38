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

/** The backend of a tensor, a `Backend`, reduced to what ops and holders of a tensor need. */
export interface TensorBackend {
  /** As `Backend.info`. */
  readonly info: BackendInfo;
  /** As `Backend.device`. */
  readonly device: GPUDevice;
  /** @internal */
  readonly runtime: Runtime;
  /** @internal Receives every op call. */
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
  /** @internal Creates a tensor of unspecified content, for an op to fill. */
  empty(shape: Shape, dtype: DType): Tensor;
  /** @internal Runs `fn` with `recorder` as the only recorder. */
  recordedBy<T>(recorder: Recorder<Tensor> | undefined, fn: () => T): T;
  /** @internal Runs `fn` outside any scope: the caller disposes of the tensors that it makes. */
  apart<T>(fn: () => T): T;
  /** @internal Adds a tensor to the innermost open scope, if any. */
  track(tensor: Tensor): void;
}

/**
 * An array on the GPU: a shape, a dtype and a place in a storage, which views share. Row-major and contiguous.
 * A `Backend` or an op creates it; `dispose()`, `using` or `backend.scope` frees it.
 */
export class Tensor {
  readonly backend: TensorBackend;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The number of elements; 1 for a scalar, whose shape is `[]`. */
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
   * reached the queue. The caller may write to it, so labels in it are checked on the GPU from then on.
   */
  get buffer(): GPUBuffer {
    this.storage.hostRange = undefined;
    return this.storage.buffer;
  }

  /** @internal Smallest and largest integer, if the host knows them. */
  get hostRange(): HostRange | undefined {
    return this.storage.hostRange;
  }

  /**
   * Reads the values back, row-major: a Float32Array for f32 and f16, else an Int32Array or Uint32Array. Rejects if the
   * values depend on an out-of-range label or index (LabelError, IndexError) or on work that could not run.
   */
  async data(): Promise<HostArray> {
    const { storage, byteOffset, size, dtype } = this;
    if (dtype === 'f16') return download(this.backend.runtime, this);
    const bytes = await this.backend.runtime.stream.read(storage, byteOffset, 4 * size);
    if (dtype === 'f32') return new Float32Array(bytes);
    return dtype === 'i32' ? new Int32Array(bytes) : new Uint32Array(bytes);
  }

  /** Reads the value of a tensor of one element. Rejects as `data()` does. */
  async item(): Promise<number> {
    void this.storage;
    if (this.size !== 1) throw new ShapeError(`item: shape is ${show(this.shape)}, expected one element`);
    return (await this.data())[0] as number;
  }

  /** Replaces all values. Work recorded earlier still reads the old ones. */
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

  /**
   * Returns the same values in another shape of equal size: a view, which shares the storage. One dimension may be -1.
   */
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

  /** @internal Returns a view of consecutive elements, starting with element `start`. */
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
   * Returns the values converted to another dtype, in a new tensor. Floats are truncated toward zero and clamped to the
   * integer's range, and NaN becomes 0. Integers become the nearest float. Between integers the bits are kept. f16
   * takes the nearest value, ties to even; magnitudes from 65,520 up become infinity. Subnormals of f16 are kept both
   * ways.
   */
  cast(dtype: DType): Tensor {
    checkDType('cast', dtype);
    // Autograd converts gradients to the input's dtype.
    return record('cast', { x: this }, this.converted(dtype), { back: (dy) => ({ x: dy }) });
  }

  /** @internal `cast` without recording, for an op that records itself. */
  converted(dtype: DType): Tensor {
    const result = this.backend.empty(this.shape, dtype);
    convert(this.backend.runtime, 'cast', this, result);
    return result;
  }

  /** Releases the memory. Repeating it is harmless; any other use afterwards throws DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Describes a value for messages. */
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

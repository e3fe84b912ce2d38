import type { BackendInfo, OpenDevice } from '../device/open.ts';
import { BUFFER_USAGE } from '../device/usage.ts';
import { fill } from '../kernels/fill.ts';
import { upload } from '../kernels/transfer.ts';
import type { MemoryUse } from '../runtime/pool.ts';
import { Runtime } from '../runtime/runtime.ts';
import {
  bytesOf,
  checkDType,
  type DType,
  defaultDType,
  naturalShape,
  type Shape,
  show,
  sizeOf,
  type TensorData,
  toHost,
} from './data.ts';
import { DisposedError, GradfoldError, ShapeError } from './errors.ts';
import type { Recorder } from './recorder.ts';
import { Tensor, type TensorBackend } from './tensor.ts';

/** One device with its memory, pipelines and stream of work. `createBackend` makes it. */
export class Backend implements TensorBackend {
  /** What the adapter reports about itself. */
  readonly info: BackendInfo;
  /** The device, for sharing. Await `flush()` before using a tensor's buffer on it. */
  readonly device: GPUDevice;
  /** @internal */
  readonly runtime: Runtime;
  readonly #owned: boolean;
  readonly #scopes: Set<Tensor>[] = [];
  /** @internal Receives every op call. */
  recorder: Recorder<Tensor> | undefined;
  /** @internal In Node, the object that owns Dawn. Collecting it while in use crashes the process. */
  gpu: unknown;
  #disposed = false;

  /** @internal Use `createBackend`. */
  constructor({ device, info, machine, owned }: OpenDevice, gpu?: unknown) {
    this.device = device;
    this.info = info;
    this.runtime = new Runtime(device, machine, [device, gpu]);
    this.#owned = owned;
    this.gpu = gpu;
  }

  /**
   * Creates a tensor with the given values.
   * @param data a typed array (including BigInt64Array), a number, or a flat or nested array of numbers
   * @param shape default: the shape of the data
   * @param dtype default: 'u32' for unsigned arrays, 'i32' for signed and BigInt64 arrays, else 'f32'. 'f16' rounds to
   * the nearest half, ties to even; magnitudes from 65,520 up become infinity
   * @throws ShapeError when the data does not fill the shape; GradfoldError for a value that the dtype cannot hold
   */
  tensor(data: TensorData, shape?: Shape, dtype?: DType): Tensor {
    this.#assertAlive('tensor');
    const type = dtype === undefined ? defaultDType(data) : checkDType('tensor', dtype);
    const natural = naturalShape('tensor', data);
    if (shape) sizeOf('tensor', shape);
    const actual = [...(shape ?? natural)];
    const { array, range } = toHost('tensor', data, actual, type);
    if (type === 'f16') {
      const tensor = this.empty(actual, type);
      upload(this.runtime, tensor, array as Float32Array<ArrayBuffer>);
      return tensor;
    }
    const storage = this.runtime.pool.acquire(array.byteLength, 'upload');
    this.runtime.stream.upload(storage, 0, array, true);
    storage.hostRange = range;
    return new Tensor(this, storage, actual, type);
  }

  /** Creates a tensor of zeros. @param dtype default 'f32' */
  zeros(shape: Shape, dtype: DType = 'f32'): Tensor {
    return this.#filled('zeros', shape, 0, dtype);
  }

  /** Creates a tensor whose elements all equal `value`. @param dtype default 'f32' */
  full(shape: Shape, value: number, dtype: DType = 'f32'): Tensor {
    return this.#filled('full', shape, value, dtype);
  }

  #filled(op: string, shape: Shape, value: number, dtype: DType): Tensor {
    this.#assertAlive(op);
    const { array, range } = toHost(op, [value], [1], checkDType(op, dtype));
    sizeOf(op, shape);
    const tensor = this.empty([...shape], dtype);
    fill(this.runtime, tensor, array);
    tensor.storage.hostRange = range && tensor.size > 0 ? range : undefined;
    return tensor;
  }

  /**
   * Wraps the caller's buffer in a tensor: not copied, not owned, never destroyed. The buffer needs the usages STORAGE
   * and COPY_SRC, and COPY_DST for `write`. Labels in it are checked on the GPU. A buffer of another backend's device
   * throws; a buffer of any other device makes every read that depends on it reject.
   * @param byteOffset where the tensor starts, in bytes; a multiple of the element size: 2 for f16, else 4
   */
  fromBuffer(buffer: GPUBuffer, shape: Shape, dtype: DType = 'f32', byteOffset = 0): Tensor {
    this.#assertAlive('fromBuffer');
    checkDType('fromBuffer', dtype);
    const elementBytes = bytesOf(dtype);
    const bytes = elementBytes * sizeOf('fromBuffer', shape);
    if (!Number.isInteger(byteOffset / elementBytes) || byteOffset < 0) {
      throw new ShapeError(
        `fromBuffer: byteOffset is ${byteOffset}, expected a non-negative multiple of ${elementBytes}, the element size of ${dtype}`,
      );
    }
    if (byteOffset + bytes > buffer.size) {
      throw new ShapeError(
        `fromBuffer: shape ${show(shape)} at byteOffset ${byteOffset} needs ${byteOffset + bytes} bytes, the buffer has ${buffer.size}`,
      );
    }
    if (byteOffset + bytes > 4 * Math.floor(buffer.size / 4)) {
      throw new ShapeError(
        `fromBuffer: the buffer has ${buffer.size} bytes, but a shader sees only whole words: expected ${4 * Math.ceil(buffer.size / 4)} bytes for shape ${show(shape)} at byteOffset ${byteOffset}`,
      );
    }
    const needed = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC;
    if ((buffer.usage & needed) !== needed) {
      throw new GradfoldError(
        `fromBuffer: buffer has usage ${buffer.usage}, expected STORAGE and COPY_SRC (${needed}) in it`,
      );
    }
    return new Tensor(this, this.runtime.pool.borrow(buffer), [...shape], dtype, byteOffset);
  }

  /**
   * Runs `fn` and disposes of every tensor made inside, except those in its result (searched through arrays and
   * objects). `fn` must be synchronous: a promise would let other code's tensors in.
   */
  scope<T>(fn: () => T): T {
    this.#assertAlive('scope');
    const made = new Set<Tensor>();
    this.#scopes.push(made);
    const kept = new Set<Tensor>();
    try {
      const result = fn();
      if (result instanceof Promise)
        throw new GradfoldError('scope: fn returned a promise, expected a synchronous function');
      collectTensors(result, kept);
      return result;
    } finally {
      this.#scopes.pop();
      for (const tensor of made) {
        if (!kept.has(tensor)) tensor.dispose();
        else this.#scopes.at(-1)?.add(tensor);
      }
    }
  }

  /** @internal */
  recordedBy<T>(recorder: Recorder<Tensor> | undefined, fn: () => T): T {
    const before = this.recorder;
    this.recorder = recorder;
    try {
      return fn();
    } finally {
      this.recorder = before;
    }
  }

  /** @internal */
  apart<T>(fn: () => T): T {
    this.#scopes.push(new Set());
    try {
      return fn();
    } finally {
      this.#scopes.pop();
    }
  }

  /** Bytes in live tensors, bytes in the pool, and the peak of their sum so far. */
  memory(): MemoryUse {
    return this.runtime.pool.memory;
  }

  /** Resolves when all recorded work is on the device's queue. */
  async flush(): Promise<void> {
    this.#assertAlive('flush');
    await this.runtime.stream.flush();
  }

  /** Resolves when the GPU has finished. Rejects with the first fault or failure that no read has reported yet. */
  async sync(): Promise<void> {
    this.#assertAlive('sync');
    await this.runtime.stream.sync();
  }

  /**
   * Creates pipelines ahead of time: runs the functions without queueing their work, and resolves when every kernel
   * that they would dispatch is compiled. Tensors made inside are freed.
   */
  async warmup(specs: (() => unknown) | readonly (() => unknown)[]): Promise<void> {
    this.#assertAlive('warmup');
    await this.runtime.rehearse(() => {
      for (const spec of typeof specs === 'function' ? [specs] : specs) this.scope(() => void spec());
    });
  }

  /** Destroys all memory, and the device if it was opened here. Pending reads reject. May be awaited and repeated. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    // Dawn compiles on its own threads and crashes the process if its objects go away before they finish.
    await this.runtime.end(new DisposedError('the backend was disposed of'));
    if (this.#owned) {
      this.device.destroy();
      await this.device.lost;
    }
    this.gpu = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** @internal */
  empty(shape: Shape, dtype: DType): Tensor {
    const bytes = bytesOf(dtype) * sizeOf('tensor', shape);
    return new Tensor(this, this.runtime.pool.acquire(bytes, 'record'), shape, dtype);
  }

  /** @internal */
  track(tensor: Tensor): void {
    this.#scopes.at(-1)?.add(tensor);
  }

  #assertAlive(op: string): void {
    if (this.#disposed) throw new DisposedError(`${op}: the backend was disposed of`);
    this.runtime.stream.assertOpen();
  }
}

function collectTensors(value: unknown, into: Set<Tensor>): void {
  if (value instanceof Tensor) into.add(value);
  else if (Array.isArray(value)) for (const item of value) collectTensors(item, into);
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const item of Object.values(value)) collectTensors(item, into);
  }
}

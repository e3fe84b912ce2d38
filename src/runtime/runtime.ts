import { bytesOf, type DType } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { gridOf } from '../plan/grid.ts';
import type { Machine } from '../plan/machine.ts';
import type { Plan } from '../plan/reasons.ts';
import type { Cause, Causes } from './causes.ts';
import { NO_CAUSES, NO_FAULT } from './causes.ts';
import { Decisions, type Plain } from './decisions.ts';
import { type KernelSource, type ParamField, sourceKey } from './link.ts';
import { PipelineCache } from './pipelines.ts';
import { Pool, type Storage } from './pool.ts';
import type { BoundRange } from './records.ts';
import { Stream } from './stream.ts';

/** A range of elements in a storage: what a kernel sees of a tensor. Offset in bytes, size in elements. */
export interface Slice {
  readonly storage: Storage;
  readonly byteOffset: number;
  readonly size: number;
  readonly dtype: DType;
}

/** One dispatch as ops state it, with bindings and parameters by their names in the kernel's WGSL. */
export interface Launch {
  /** The public function, for messages. */
  readonly op: string;
  readonly kernel: KernelSource;
  /** Every binding by name. For `undefined` or an empty slice, a placeholder is bound. */
  readonly bind: Readonly<Record<string, Slice | undefined>>;
  /** Every field of `Params` except `nan_bits` and the `..._origin` of bindings, which the runtime sets. */
  readonly params: Readonly<Record<string, number | readonly number[]>>;
  /** The number of workgroups; if they exceed one grid dimension, two are used. */
  readonly groups: number;
  /** Reasons why results may be wrong: labels that only the GPU can check. */
  readonly causes?: readonly Cause[] | undefined;
  /** The number of elements touched, for bindings that are not touched in full. Used by `explain`. */
  readonly touched?: Readonly<Record<string, number>>;
  /** The plan behind the launch. Used by `explain`. */
  readonly plan?: Plan | undefined;
}

/** Device, memory, pipelines and stream of one backend: what ops need and nothing more. */
export class Runtime {
  #machine: Machine;
  readonly pool: Pool;
  readonly stream: Stream;
  readonly #decisions = new Decisions();
  readonly #pipelines: PipelineCache;
  /** Placeholders, one to read and one to write, since no dispatch may do both to one buffer. */
  readonly #nothing: { readonly read: Slice; readonly read_write: Slice };
  /** While set, launches are collected here and not queued: `backend.warmup`, `explain`. */
  #rehearsal: Launch[] | undefined;

  /** `owner` is the object that keeps the device alive. */
  constructor(device: GPUDevice, machine: Machine, owner?: unknown) {
    this.#machine = machine;
    this.pool = new Pool(device, machine);
    this.stream = new Stream(device, this.pool);
    this.#pipelines = new PipelineCache(device, owner);
    const nothing = (): Slice => ({ storage: this.pool.placeholder(), byteOffset: 0, size: 4, dtype: 'u32' });
    this.#nothing = { read: nothing(), read_write: nothing() };
  }

  /** The machine that plans are made for: the device's own, or another while `withMachine` runs. */
  get machine(): Machine {
    return this.#machine;
  }

  /**
   * Runs `fn` with plans for `machine`, which may be any that this device can execute. If `fn` returns a promise, this
   * holds until the promise settles.
   */
  withMachine<T>(machine: Machine, fn: () => T): T {
    const before = this.#machine;
    const restore = () => {
      this.#machine = before;
    };
    this.#machine = machine;
    try {
      const result = fn();
      if (result instanceof Promise) return result.finally(restore) as T;
      restore();
      return result;
    } catch (error) {
      restore();
      throw error;
    }
  }

  /** Counts of what repeated calls reuse: decisions, keys and pipelines made so far. */
  get made(): { readonly decisions: number; readonly keys: number; readonly pipelines: number } {
    return { decisions: this.#decisions.made, ...this.#pipelines.made };
  }

  /**
   * Returns `by(facts, machine, owner)`, cached: a repeated call neither plans nor joins parts. `by` must be a
   * module-level function, so that its result depends only on its arguments.
   */
  decide<O extends object, F, T>(owner: O, facts: F & Plain<F>, by: (facts: F, machine: Machine, owner: O) => T): T {
    return this.#decisions.recall(this.machine, owner, facts, by);
  }

  /** Whether launches are collected and not queued: counters on the host must not change. */
  get rehearsing(): boolean {
    return this.#rehearsal !== undefined;
  }

  /** Records one dispatch without waiting. An empty grid records nothing. */
  launch(launch: Launch): void {
    this.stream.assertOpen();
    if (launch.groups === 0) return;
    if (this.#rehearsal) {
      this.#rehearsal.push(launch);
      this.watch(launch.causes ?? []);
      return;
    }
    const pipeline = this.#pipelines.get(launch.kernel);
    const { entry, bindings, bindingNames, params, paramNames } = pipeline.kernel;
    for (const name in launch.bind)
      if (!bindingNames.has(name)) throw new GradfoldError(`${entry}: there is no binding ${name}`);
    for (const name in launch.params)
      if (!paramNames.has(name)) throw new GradfoldError(`${entry}: there is no parameter ${name}`);
    const ranges: BoundRange[] = [];
    const reads: Storage[] = [];
    const writes: Storage[] = [];
    for (const { name, access } of bindings) {
      if (!(name in launch.bind)) throw new GradfoldError(`${entry}: binding ${name} is missing`);
      const slice = launch.bind[name];
      const bound = slice && slice.size > 0 ? slice : this.#nothing[access];
      ranges.push(this.#rangeOf(launch.op, name, bound));
      // An output may be written only in part, by this window or in place, so it still depends on its past.
      if (slice) reads.push(slice.storage);
      if (access === 'read_write') writes.push(bound.storage);
    }
    const causes: Causes = launch.causes && launch.causes.length > 0 ? new Set(launch.causes) : NO_CAUSES;
    this.watch(causes);
    const grid = gridOf(launch.groups, this.machine.maxGroups);
    this.stream.dispatch(
      { kind: 'dispatch', op: launch.op, pipeline, ranges, paramOffset: 0, grid, reads, writes, causes },
      (view, offset) => {
        for (const field of params) writeParam(view, offset, field, paramOf(field, launch.params, ranges), entry);
      },
    );
  }

  /** Returns the launches of `fn`, in order. Nothing is queued or compiled. */
  launchesOf(fn: () => void): readonly Launch[] {
    const launches: Launch[] = [];
    this.#rehearsal = launches;
    try {
      fn();
    } finally {
      this.#rehearsal = undefined;
    }
    return launches;
  }

  /** Returns the kernels that `fn` launches, by the keys of their variants. Nothing is queued or compiled. */
  kernelsOf(fn: () => void): Map<string, KernelSource> {
    return new Map(this.launchesOf(fn).map(({ kernel }) => [sourceKey(kernel), kernel]));
  }

  /**
   * Runs `fn` without queueing its launches, and resolves when the pipelines that it needs are ready, with the keys of
   * their variants.
   */
  async rehearse(fn: () => void): Promise<Set<string>> {
    const wanted = this.kernelsOf(fn);
    await this.compile([...wanted.values()]);
    return new Set(wanted.keys());
  }

  /** Resolves when pipelines of these kernels are ready. Rejects with the first error of a compiler. */
  async compile(kernels: readonly KernelSource[]): Promise<void> {
    const pipelines = kernels.map((kernel) => this.#pipelines.get(kernel));
    await Promise.all(pipelines.map((pipeline) => pipeline.ready));
    for (const { failure } of pipelines) if (failure?.error) throw failure.error;
  }

  /** Registers causes so that `sync()` fetches the answers that no read does. A rehearsal has none. */
  watch(causes: Iterable<Cause>): void {
    for (const cause of causes) {
      if (this.#rehearsal) cause.resolve(NO_FAULT, 0);
      else this.stream.watch(cause);
    }
  }

  /** Ends the stream and releases the memory. Resolves when no pipeline is being created anymore. */
  async end(reason: Error): Promise<void> {
    this.stream.end(reason);
    this.pool.clear();
    await this.#pipelines.settled();
    for (const { storage } of Object.values(this.#nothing)) storage.buffer.destroy();
  }

  /** Aligns the offset of a binding down; the remainder is the kernel's `..._origin`, in elements. */
  #rangeOf(op: string, name: string, { storage, byteOffset, size: elements, dtype }: Slice): BoundRange {
    const { offsetAlignment, maxBindingBytes } = this.machine;
    const offset = Math.floor(byteOffset / offsetAlignment) * offsetAlignment;
    const elementBytes = bytesOf(dtype);
    const end = Math.min(16 * Math.ceil((byteOffset + elementBytes * elements) / 16), storage.bytes);
    const size = end - offset;
    if (size > maxBindingBytes) {
      throw new ShapeError(
        `${op}: ${name} takes ${size} bytes in one binding, and this adapter binds at most ${maxBindingBytes} (maxStorageBufferBindingSize)`,
      );
    }
    return { slab: storage.slab, offset, size, origin: (byteOffset - offset) / elementBytes };
  }
}

function paramOf(
  { name, originOf }: ParamField,
  given: Launch['params'],
  ranges: readonly BoundRange[],
): number | readonly number[] | undefined {
  if (originOf !== undefined) return ranges[originOf]?.origin;
  return name === 'nan_bits' ? NAN_BITS : given[name];
}

function writeParam(
  view: DataView,
  block: number,
  field: ParamField,
  value: number | readonly number[] | undefined,
  entry: string,
): void {
  if (value === undefined)
    throw new GradfoldError(`${entry}: parameter ${field.name} is missing, which ${field.declaredIn} declares`);
  const offset = block + field.offset;
  if (typeof value !== 'number') {
    if (value.length > 4 * field.length)
      throw new GradfoldError(`${entry}: parameter ${field.name} has ${value.length} elements`);
    for (const [index, element] of value.entries()) view.setUint32(offset + 4 * index, element, true);
  } else if (field.type === 'f32') view.setFloat32(offset, value, true);
  else if (field.type === 'i32') view.setInt32(offset, value, true);
  else view.setUint32(offset, value, true);
}

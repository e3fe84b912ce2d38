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

/** A run of elements in a storage: what a kernel sees of a tensor. Offset in bytes, size in elements. */
export interface Slice {
  readonly storage: Storage;
  readonly byteOffset: number;
  readonly size: number;
  readonly dtype: DType;
}

/** One dispatch as ops state it: by the names that the kernel's own WGSL gives to its bindings and parameters. */
export interface Launch {
  /** The public function, for messages. */
  readonly op: string;
  readonly kernel: KernelSource;
  /** Every binding by name; `undefined`, or what has no elements, binds nothing in particular. */
  readonly bind: Readonly<Record<string, Slice | undefined>>;
  /** Every field of `Params` but `nan_bits` and the `..._origin` of each binding, which are known here. */
  readonly params: Readonly<Record<string, number | readonly number[]>>;
  /** Workgroups in all; more than a dimension holds are folded into two. */
  readonly groups: number;
  /** What the launch puts in doubt: labels that only the GPU can check. */
  readonly causes?: readonly Cause[] | undefined;
  /** Elements that it touches of bindings of which these are not all, for `explain`. */
  readonly touched?: Readonly<Record<string, number>>;
  /** The plan that it follows, for `explain`. */
  readonly plan?: Plan | undefined;
}

/** Device, memory, pipelines and stream of one backend: what ops need, and no more. */
export class Runtime {
  #machine: Machine;
  readonly pool: Pool;
  readonly stream: Stream;
  readonly #decisions = new Decisions();
  readonly #pipelines: PipelineCache;
  /** What is bound for nothing: one to be read, one to be written, since no dispatch may do both to a buffer. */
  readonly #nothing: { readonly read: Slice; readonly read_write: Slice };
  /** While set, launches are only noted here: `backend.warmup`, `explain`. */
  #rehearsal: Launch[] | undefined;

  /** `owner` is what the device's own life depends on. */
  constructor(device: GPUDevice, machine: Machine, owner?: unknown) {
    this.#machine = machine;
    this.pool = new Pool(device, machine);
    this.stream = new Stream(device, this.pool);
    this.#pipelines = new PipelineCache(device, owner);
    const nothing = (): Slice => ({ storage: this.pool.placeholder(), byteOffset: 0, size: 4, dtype: 'u32' });
    this.#nothing = { read: nothing(), read_write: nothing() };
  }

  /** What plans go by: the device's own machine, or another while `withMachine` runs. */
  get machine(): Machine {
    return this.#machine;
  }

  /**
   * Runs `fn` with plans for `machine`, which may be any that this device can execute. `fn` may return a promise: whatever
   * is recorded until that settles is planned so.
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

  /** What was made so far that calls like earlier ones do without. */
  get made(): { readonly decisions: number; readonly keys: number; readonly pipelines: number } {
    return { decisions: this.#decisions.made, ...this.#pipelines.made };
  }

  /**
   * What `by` decided before for this owner from the same facts, on this machine: a call like an earlier one neither plans
   * nor joins parts. `by` is a function of a module, so it sees nothing but what it is given.
   */
  decide<O extends object, F, T>(owner: O, facts: F & Plain<F>, by: (facts: F, machine: Machine, owner: O) => T): T {
    return this.#decisions.recall(this.machine, owner, facts, by);
  }

  /** Whether launches are only noted: what is counted on the host stays as it is. */
  get rehearsing(): boolean {
    return this.#rehearsal !== undefined;
  }

  /** Records one dispatch and returns at once. An empty grid records nothing. */
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
      // What is written may be written in part, by this window or in place: it still depends on its past.
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

  /** What `fn` launches, in order. Nothing is queued and nothing is compiled. */
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

  /** The kernels that `fn` asks for, by the keys of their variants. Nothing is queued and nothing is compiled. */
  kernelsOf(fn: () => void): Map<string, KernelSource> {
    return new Map(this.launchesOf(fn).map(({ kernel }) => [sourceKey(kernel), kernel]));
  }

  /**
   * Runs `fn` without queueing its launches, and resolves when the pipelines that it asked for are ready, with the
   * keys of their variants.
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

  /** Sees to it that `sync()` asks what nobody else does; a rehearsal has nothing to ask. */
  watch(causes: Iterable<Cause>): void {
    for (const cause of causes) {
      if (this.#rehearsal) cause.resolve(NO_FAULT, 0);
      else this.stream.watch(cause);
    }
  }

  /** Ends the stream and lets the memory go; resolves when the device has nothing left to do that would outlive it. */
  async end(reason: Error): Promise<void> {
    this.stream.end(reason);
    this.pool.clear();
    await this.#pipelines.settled();
    for (const { storage } of Object.values(this.#nothing)) storage.buffer.destroy();
  }

  /** Binding offsets are aligned down; what is left over is the kernel's `..._origin`, in elements. */
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

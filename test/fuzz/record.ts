import { type OpSpec, runOf } from '../../src/conformance/suite/spec.ts';
import { specOf } from '../../src/conformance/suite/specs.ts';
import { type Backend, type DType, ShapeError } from '../../src/index.ts';
import type { KernelSource } from '../../src/runtime/link.ts';
import type { Call } from './call.ts';
import { machineOf } from './machines.ts';
import { type Placed, place, placeEmpty } from './place.ts';
import { hostInput } from './values.ts';

type HostArray = Float32Array | Int32Array | Uint32Array;

export interface Result {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Promise<HostArray>;
}

/** A recorded call: what went wrong while recording, or its pending results. */
export interface Recorded {
  readonly call: Call;
  readonly wrong?: string;
  readonly runs: readonly Readonly<Record<string, Result>>[];
  /** The contents of the inputs' memory after the first run, and the expected contents. */
  readonly memory: readonly {
    readonly name: string;
    readonly stored: ArrayLike<number>;
    readonly data: Promise<HostArray>;
  }[];
  readonly buffers: readonly GPUBuffer[];
}

/** Runs the call twice and reads back every result and the inputs. Only the promises remain afterwards. */
export function record(backend: Backend, call: Call): Recorded {
  const { runtime } = backend;
  const { liveBytes } = backend.memory();
  const recorded = { call, runs: [], memory: [], buffers: [] } as {
    -readonly [key in keyof Recorded]: Recorded[key] extends readonly (infer T)[] ? T[] : Recorded[key];
  };
  try {
    for (const again of [false, true]) {
      backend.scope(() => {
        const placed = placeAll(backend, call);
        recorded.buffers.push(...Object.values(placed).flatMap(({ buffer }) => buffer ?? []));
        const machine = machineOf(call.machine, runtime.machine);
        recorded.runs.push(runtime.withMachine(machine, () => runOnce(specOf(call.op), call, placed)));
        if (!again) recorded.memory.push(...memoryOf(specOf(call.op), call, placed));
      });
    }
    const left = backend.memory().liveBytes - liveBytes;
    // A label check on the GPU keeps a slot until its result has been read.
    if (left !== 0 && !(call.inputs.targets || call.inputs.indices))
      recorded.wrong = `${left} bytes are leaked by the scope`;
  } catch (error) {
    if (!isRefusal(error, call)) recorded.wrong = error instanceof Error ? String(error.stack) : String(error);
    else recorded.runs.length = 0;
  }
  return recorded;
}

/** Returns the kernel variants that a call needs, by key. Queues and compiles nothing. */
export function kernelsOf(backend: Backend, call: Call): Map<string, KernelSource> {
  const { runtime } = backend;
  return runtime.kernelsOf(() =>
    backend.scope(() => {
      const placed = placeAll(backend, call, true);
      try {
        const tensors = Object.entries(placed).map(([name, { tensor }]) => [name, tensor]);
        runtime.withMachine(machineOf(call.machine, runtime.machine), () =>
          runOf(specOf(call.op), Object.fromEntries(tensors), call.options),
        );
      } catch {
        // `record` reports any error.
      }
    }),
  );
}

/** Whether the error says that a row or a tensor does not fit a binding, which is valid for small bindings. */
function isRefusal(error: unknown, { machine }: Call): boolean {
  return (
    machine.room !== undefined && error instanceof ShapeError && error.message.includes('maxStorageBufferBindingSize')
  );
}

/** Places all inputs; with `empty`, without their values, which planning does not need. */
function placeAll(backend: Backend, { inputs }: Call, empty = false): Record<string, Placed> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      empty ? placeEmpty(backend, input) : place(backend, hostInput(input), input.layout),
    ]),
  );
}

function runOnce(op: OpSpec, call: Call, placed: Record<string, Placed>): Record<string, Result> {
  const tensors = Object.fromEntries(Object.entries(placed).map(([name, { tensor }]) => [name, tensor]));
  const results = runOf(op, tensors, call.options);
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => {
      const { shape, dtype } = tensor;
      return [name, { shape, dtype, data: quiet(tensor.data()) }];
    }),
  );
}

function memoryOf(op: OpSpec, { options }: Call, placed: Record<string, Placed>): Recorded['memory'] {
  const written = op.writes?.(options) ?? [];
  return Object.entries(placed).flatMap(([name, { whole, stored, tensor }]) => {
    if (!written.includes(name)) return [{ name, stored, data: quiet(whole.data()) }];
    // Where the call writes, only the surrounding elements must not change.
    const first = (tensor.byteOffset - whole.byteOffset) / (tensor.dtype === 'f16' ? 2 : 4);
    const around = [
      [0, first],
      [first + tensor.size, whole.size],
    ] as const;
    return around.map(([from, to]) => ({
      name: `the memory around ${name}`,
      stored: Array.from(stored).slice(from, to),
      data: quiet(whole.view(from, [to - from]).data()),
    }));
  });
}

/** Marks a promise as handled: it is awaited only when the call is checked. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

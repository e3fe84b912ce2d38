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

/** A call that was recorded: what was wrong then, or what will come of it. */
export interface Recorded {
  readonly call: Call;
  readonly wrong?: string;
  readonly runs: readonly Readonly<Record<string, Result>>[];
  /** What lies in the inputs' memory after the first run, and what should. */
  readonly memory: readonly {
    readonly name: string;
    readonly stored: ArrayLike<number>;
    readonly data: Promise<HostArray>;
  }[];
  readonly buffers: readonly GPUBuffer[];
}

/** Makes the call twice, and asks for what there is to see; nothing is left of it but the promises. */
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
    // The GPU's check of labels has a slot until somebody has heard its answer.
    if (left !== 0 && !(call.inputs.targets || call.inputs.indices))
      recorded.wrong = `${left} bytes are left over after the scope`;
  } catch (error) {
    if (!isRefusal(error, call)) recorded.wrong = error instanceof Error ? String(error.stack) : String(error);
    else recorded.runs.length = 0;
  }
  return recorded;
}

/** The variants of kernels that a call needs, by their keys; nothing is queued or compiled. */
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
        // Whatever it is, `record` tells.
      }
    }),
  );
}

/** On a machine of small bindings an op may say that a row, or all of a tensor, does not fit one. */
function isRefusal(error: unknown, { machine }: Call): boolean {
  return (
    machine.room !== undefined && error instanceof ShapeError && error.message.includes('maxStorageBufferBindingSize')
  );
}

/** `empty`: without their values, for whoever wants no more than to plan. */
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
    // Of what the call writes only the elements around it are to stay.
    const first = (tensor.byteOffset - whole.byteOffset) / (tensor.dtype === 'f16' ? 2 : 4);
    const around = [
      [0, first],
      [first + tensor.size, whole.size],
    ] as const;
    return around.map(([from, to]) => ({
      name: `what lies beside ${name}`,
      stored: Array.from(stored).slice(from, to),
      data: quiet(whole.view(from, [to - from]).data()),
    }));
  });
}

/** Awaited only once the call's turn comes: until then nobody else hears of a failure. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

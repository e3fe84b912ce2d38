import { explain } from '../src/cli/explain/explain.ts';
import type { Backend, Tensor } from '../src/index.ts';
import type { BenchOp, Case, Inputs, Results } from './case.ts';
import type { Clock } from './clock.ts';
import { COPY_WIDTHS, Copy } from './copy.ts';
import { judge, type Verdict } from './judge.ts';
import { BatchError, type Contender, measure } from './measure.ts';
import { BENCH_OPS } from './ops.ts';
import { copyBytes, type Row } from './report.ts';

/** Results that are alive at once: a call that overwrites what the call before it wrote has to wait for it. */
export const OUTPUTS = 3;

/** Another library on the same adapter. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly device: GPUDevice;
  /** Undefined where it has no such op; `reason` says why. */
  prepare(one: Case, inputs: Inputs): Promise<PeerCall | undefined>;
  reason(one: Case): string;
}

export interface PeerCall {
  run(): void | Promise<void>;
  /** Puts on the queue what the library has kept back. */
  flush(): void | Promise<void>;
  results(): Promise<Record<string, ArrayLike<number>>>;
  dispose(): void;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Calls a batch; by default as many as take 50 quanta of the clock and `batch` ms. */
  readonly calls?: number;
  readonly batch: number;
  readonly clock: Clock;
  readonly version: string;
  readonly peers?: readonly { readonly peer: Peer; readonly clock: Clock }[];
}

/** The cases of all ops, or of some. */
export function casesOf(
  ops: readonly BenchOp[] = BENCH_OPS,
  { shapes, dtypes = ['f32'] }: { shapes?: readonly (readonly number[])[]; dtypes?: readonly ('f32' | 'f16')[] } = {},
): Case[] {
  return ops.flatMap((op) =>
    (shapes ?? op.shapes).flatMap((shape) =>
      dtypes.flatMap((dtype): Case[] => {
        const one = { op: op.name, shape, dtype };
        if (!op.channels) return [one];
        return shape.length > 2 ? [one, { ...one, channelAxis: -1 }] : [one];
      }),
    ),
  );
}

/** Checks and times one case: a row for Gradfold, one for its in-place form, and one for each peer. */
export async function benchCase(backend: Backend, one: Case, options: BenchOptions): Promise<Row[]> {
  const op = BENCH_OPS.find(({ name }) => name === one.op) as BenchOp;
  const given = op.inputs(one);
  const tensors = Object.fromEntries(
    Object.entries(given).map(([name, { data, shape }]) => {
      const dtype = data instanceof Int32Array ? 'i32' : one.dtype;
      return [name, backend.tensor(data, shape, dtype)];
    }),
  );
  // Inputs as they are stored: halves are not what was given.
  const inputs = one.dtype === 'f16' ? await readBack(tensors, given) : given;
  const verdictOf = judge(op, one, inputs);
  const entries: { row: Row; contender?: Contender; dispose?: () => void }[] = [];
  const traffic = op.explains.map(
    (name) => explain(name, one.shape, backend.runtime.machine, { dtype: one.dtype, axis: one.channelAxis }).traffic,
  );
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const bytes = { moved: sum(traffic.map(({ moved }) => moved)), least: sum(traffic.map(({ least }) => least)) };
  const ours = { ...one, library: 'Gradfold', version: options.version, ...bytes };

  const call = op.prepare(one, tensors, backend);
  for (const inPlace of op.inPlace ? [false, true] : [false]) {
    const ring = new Ring(backend, () => call(inPlace), options.clock);
    const verdict = inPlace ? undefined : verdictOf(await ring.results());
    entries.push({
      row: { ...ours, ...(inPlace && { variant: 'in place' }), ...noteOf(verdict ?? entries[0]!.row) },
      contender: ring,
      dispose: () => ring.dispose(),
    });
  }
  for (const { peer, clock } of options.peers ?? []) entries.push(await peerEntry(peer, clock, one, inputs, verdictOf));

  const copy = new Copy(backend.device, copyBytes(one) / 2, OUTPUTS);
  try {
    const copies = COPY_WIDTHS.map((width) => new Copies(copy, width, options.clock));
    const fastest = await fastestOf(copies);
    const timed = entries.flatMap(({ contender }) => (contender ? [contender] : []));
    const timings = await measure([fastest, ...timed], { ...options, leastBatch: options.clock.leastBatch });
    const copyMs = timings[0]!.ms.median;
    return entries.map(({ row, contender }) => {
      const timing = contender && timings[1 + timed.indexOf(contender)];
      return timing ? { ...row, ms: timing.ms, ofCopy: timing.ofFirst, copyMs, calls: timing.calls } : row;
    });
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    return entries.map(({ row }) => ({ ...row, note: error.message }));
  } finally {
    copy.dispose();
    for (const { dispose } of entries) dispose?.();
    for (const tensor of Object.values(tensors)) tensor.dispose();
  }
}

function noteOf({ right, error, ...rest }: Verdict | Row): Pick<Row, 'right' | 'error' | 'note'> {
  const note = 'wrong' in rest ? rest.wrong : undefined;
  return { right, ...(error !== undefined && { error }), ...(note !== undefined && { note }) };
}

async function readBack(tensors: Record<string, Tensor>, given: Inputs): Promise<Inputs> {
  const stored: Record<string, Inputs[string]> = {};
  for (const [name, { shape }] of Object.entries(given))
    stored[name] = { shape, data: (await tensors[name]!.data()) as Float32Array };
  return stored;
}

/** Gradfold's calls: the results of the last few are kept, and memory comes back in turn. */
class Ring implements Contender {
  readonly #backend: Backend;
  readonly #call: () => Results;
  readonly #clock: Clock;
  readonly #kept: Results[] = [];

  constructor(backend: Backend, call: () => Results, clock: Clock) {
    this.#backend = backend;
    this.#call = call;
    this.#clock = clock;
  }

  async results(): Promise<Record<string, ArrayLike<number>>> {
    this.#next();
    const values: Record<string, ArrayLike<number>> = {};
    for (const [name, tensor] of Object.entries(this.#kept.at(-1)!)) values[name] = await tensor.data();
    return values;
  }

  time(calls: number): Promise<number> {
    for (let i = 0; i < calls; i++) this.#next();
    return this.#clock.time(() => this.#backend.flush());
  }

  dispose(): void {
    while (this.#kept.length > 0) this.#drop();
  }

  #next(): void {
    if (this.#kept.length >= OUTPUTS) this.#drop();
    this.#kept.push(this.#call());
  }

  #drop(): void {
    for (const tensor of Object.values(this.#kept.shift() ?? {})) tensor.dispose();
  }
}

class Copies implements Contender {
  readonly #copy: Copy;
  readonly #width: number;
  readonly #clock: Clock;

  constructor(copy: Copy, width: number, clock: Clock) {
    this.#copy = copy;
    this.#width = width;
    this.#clock = clock;
  }

  time(calls: number): Promise<number> {
    return this.#clock.time(() => this.#copy.queue(calls, this.#width));
  }
}

async function fastestOf(copies: readonly Copies[]): Promise<Copies> {
  const timings = await measure(copies, { rounds: 3, batch: 20, leastBatch: 0 });
  const best = Math.min(...timings.map(({ ms }) => ms.median));
  return copies[timings.findIndex(({ ms }) => ms.median === best)] as Copies;
}

async function peerEntry(
  peer: Peer,
  clock: Clock,
  one: Case,
  inputs: Inputs,
  verdictOf: (got: Record<string, ArrayLike<number>>) => Verdict,
): Promise<{ row: Row; contender?: Contender; dispose?: () => void }> {
  const row = { ...one, library: peer.name, version: peer.version };
  try {
    const call = await peer.prepare(one, inputs);
    if (!call) return { row: { ...row, right: false, note: peer.reason(one) } };
    await call.run();
    const verdict = verdictOf(await call.results());
    const time = (calls: number) =>
      clock.time(async () => {
        for (let i = 0; i < calls; i++) await call.run();
        await call.flush();
      });
    return { row: { ...row, ...noteOf(verdict) }, contender: { time }, dispose: () => call.dispose() };
  } catch (error) {
    return { row: { ...row, right: false, note: `fails: ${error instanceof Error ? error.message : error}` } };
  }
}

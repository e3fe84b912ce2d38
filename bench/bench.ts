import { rehearse } from '../src/conformance/explain/rehearse.ts';
import type { Backend, Tensor } from '../src/index.ts';
import type { BenchOp, Case, Inputs } from './case.ts';
import { opNamed } from './cases.ts';
import { asChosen, otherChoices, wordsOf } from './choices.ts';
import { type CheckResults, type Entry, messageOf, openCopy, ownEntry, peerEntry } from './contenders.ts';
import { BatchError, type Contender, measure, type Timing } from './measure.ts';
import type { Peer } from './peer.ts';
import { checkerOf } from './reference.ts';
import type { Row } from './report.ts';
import type { Timer } from './timer.ts';

export interface CaseOptions {
  readonly rounds: number;
  /** Calls per batch. @default as many as take 50 quanta of the clock and `batch` ms */
  readonly calls?: number | undefined;
  readonly batch: number;
  readonly timer: Timer;
  readonly version: string;
  readonly peers: readonly { readonly peer: Peer; readonly timer: Timer }[];
  /** Whether to time every other choice that the adapter supports too. */
  readonly variants: boolean;
}

/** Checks and times one case. Returns one row for Gradfold, its in-place form, each requested variant and each peer. */
export async function benchCase(backend: Backend, one: Case, options: CaseOptions): Promise<Row[]> {
  const op = opNamed(one.op);
  const entries: Entry[] = [];
  const held: { dispose(): void }[] = [];
  try {
    const given = op.inputs(one);
    const upload = () => uploaded(backend, one, given, held);
    const tensors = upload();
    // The inputs as stored: f16 rounds them.
    const inputs = one.dtype === 'f16' ? await readBack(tensors, given) : given;
    const checkResults = checkerOf(op, one, inputs);
    entries.push(...(await ownEntries(backend, op, one, tensors, upload, checkResults, options)));
    const { least } = trafficOf(backend, op, one, tensors);
    for (const { peer, timer } of options.peers)
      entries.push(await peerEntry(peer, timer, one, inputs, checkResults, least));
    if (entries.every(({ contender }) => !contender)) return entries.map(({ row }) => row);
    const copy = await openCopy(backend.device, options.timer, one);
    held.push(copy);
    return await timed(copy.contender, entries, options);
  } catch (error) {
    const note = messageOf(error);
    if (entries.length > 0) return entries.map(({ row }) => ({ ...row, note: row.note ?? note }));
    return [{ ...one, library: 'Gradfold', version: options.version, right: false, note: `fails: ${note}` }];
  } finally {
    for (const each of [...entries, ...held]) each.dispose();
  }
}

async function ownEntries(
  backend: Backend,
  op: BenchOp,
  one: Case,
  tensors: Record<string, Tensor>,
  upload: () => Record<string, Tensor>,
  checkResults: CheckResults,
  { timer, version, variants }: CaseOptions,
): Promise<Entry[]> {
  const row = { ...one, library: 'Gradfold', version, ...trafficOf(backend, op, one, tensors) };
  const call = op.prepare(one, tensors, backend);
  const entries = [await ownEntry(backend, timer, row, () => call(), checkResults)];
  if (variants && !op.channels) {
    for (const choice of otherChoices(backend.runtime.machine, one.shape.at(-1) as number)) {
      const variant = { ...row, variant: wordsOf(choice) };
      entries.push(await ownEntry(backend, timer, variant, asChosen(backend, choice, call), checkResults));
    }
  }
  if (!op.inPlace) return entries;
  // A separate copy of the inputs, because the call overwrites them.
  const inPlace = op.prepare(one, upload(), backend);
  const own = { ...row, variant: 'in place' };
  return [...entries, await ownEntry(backend, timer, own, () => inPlace(true), checkResults)];
}

/** Times all correct entries. An entry whose batch is too short for the clock is rejected; the others continue. */
async function timed(copy: Contender, entries: readonly Entry[], options: CaseOptions): Promise<Row[]> {
  const refused = new Map<Contender, string>();
  for (;;) {
    const contenders = entries.flatMap(({ contender }) => (contender && !refused.has(contender) ? [contender] : []));
    try {
      const { leastBatch } = options.timer.clock;
      const timings = await measure([copy, ...contenders], { ...options, leastBatch });
      const copyMs = (timings[0] as Timing).ms.median;
      return entries.map(({ row, contender }) => {
        const note = contender && refused.get(contender);
        if (note !== undefined) return { ...row, note };
        const timing = contender && timings[1 + contenders.indexOf(contender)];
        return timing ? { ...row, ms: timing.ms, ofCopy: timing.ofFirst, copyMs, calls: timing.calls } : row;
      });
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      if (error.contender === copy) throw new Error(`nothing can be compared with the copy: ${messageOf(error)}`);
      refused.set(error.contender, messageOf(error));
    }
  }
}

/** Bytes that Gradfold's plan moves, and the least that any plan must move. A pair counts each of its two ops separately. */
function trafficOf(backend: Backend, op: BenchOp, one: Case, tensors: Readonly<Record<string, Tensor>>) {
  const { runtime } = backend;
  const all = (op.pair ?? [op]).map((each) =>
    backend.scope(() => {
      let call: unknown;
      runtime.launchesOf(() => {
        call = each.prepare(one, tensors, backend);
      });
      return rehearse(backend, call as () => unknown).traffic;
    }),
  );
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return { moved: sum(all.map(({ moved }) => moved)), least: sum(all.map(({ least }) => least)) };
}

/** Milliseconds that the first call of a case takes on a backend with nothing compiled. */
export async function firstCallTime(backend: Backend, one: Case): Promise<number> {
  const op = opNamed(one.op);
  const held: { dispose(): void }[] = [];
  try {
    const call = op.prepare(one, uploaded(backend, one, op.inputs(one), held), backend);
    await backend.sync();
    const start = performance.now();
    held.push(...Object.values(call()));
    await backend.sync();
    return performance.now() - start;
  } finally {
    for (const each of held) each.dispose();
  }
}

function uploaded(
  backend: Backend,
  { dtype }: Case,
  given: Inputs,
  held: { dispose(): void }[],
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(given).map(([name, { data, shape }]) => {
      const tensor = backend.tensor(data, shape, data instanceof Int32Array ? 'i32' : dtype);
      held.push(tensor);
      return [name, tensor];
    }),
  );
}

async function readBack(tensors: Record<string, Tensor>, given: Inputs): Promise<Inputs> {
  const stored: Record<string, Inputs[string]> = {};
  for (const [name, { shape }] of Object.entries(given))
    stored[name] = { shape, data: (await tensors[name]!.data()) as Float32Array };
  return stored;
}

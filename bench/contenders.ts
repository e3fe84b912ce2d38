import type { Backend } from '../src/index.ts';
import type { Case, Inputs, Results } from './case.ts';
import { Copy } from './copy.ts';
import { type Contender, measure } from './measure.ts';
import type { Peer } from './peer.ts';
import type { Verdict } from './reference.ts';
import { copyBytes, type Row } from './report.ts';
import { OUTPUTS, Ring } from './ring.ts';
import type { Timer } from './timer.ts';

/** The most characters of a device's error message in a table. */
const LONGEST_NOTE = 100;

/** One library on one case: its row, and its contender if the results are correct. */
export interface Entry {
  readonly row: Row;
  readonly contender?: Contender;
  readonly dispose: () => void;
}

export type CheckResults = (got: Record<string, ArrayLike<number>>) => Verdict;

/** Checks Gradfold's own call. */
export async function ownEntry(
  backend: Backend,
  timer: Timer,
  row: Omit<Row, 'right'>,
  call: () => Results,
  check: CheckResults,
): Promise<Entry> {
  const ring = new Ring(call);
  const contender = ringContender(backend, timer, ring);
  const dispose = () => ring.dispose();
  try {
    ring.next();
    return entryOf(row, check(await ring.read()), contender, dispose);
  } catch (error) {
    return failed(row, error, dispose);
  }
}

/** Times Gradfold's calls in a ring of outputs. */
export function ringContender(backend: Backend, timer: Timer, ring: Ring): Contender {
  return timer.contender((calls) => {
    for (let i = 0; i < calls; i++) ring.next();
    return backend.flush();
  });
}

/** Checks a peer's call. */
export async function peerEntry(
  peer: Peer,
  timer: Timer,
  one: Case,
  inputs: Inputs,
  check: CheckResults,
  least: number,
): Promise<Entry> {
  const row = { ...one, library: peer.name, version: peer.version, least };
  const seen = peer.errors.length;
  let dispose = () => {};
  try {
    const call = await peer.prepare(one, inputs);
    if (!call) return { row: { ...row, right: false, note: peer.reason(one) ?? 'no such call' }, dispose };
    dispose = () => call.dispose();
    await call.run();
    peer.flush();
    const verdict = check(await call.results());
    const contender = timer.contender(async (calls) => {
      for (let i = 0; i < calls; i++) await call.run();
      peer.flush();
    });
    const named = { ...row, call: call.note };
    const reported = peer.errors.at(seen);
    if (reported === undefined) return entryOf(named, verdict, contender, dispose);
    const wrong = [verdict.wrong, `its device says: ${shortened(firstLine(reported))}`].filter(Boolean).join('; ');
    return entryOf(named, { ...verdict, right: false, wrong }, contender, dispose);
  } catch (error) {
    return failed(row, error, dispose);
  }
}

/**
 * Opens the copy that a case is compared with: a tensor of the same size, with the fastest of a few workgroup sizes.
 * @throws when the device runs out of memory
 */
export async function openCopy(
  device: GPUDevice,
  timer: Timer,
  one: Case,
): Promise<{ contender: Contender; dispose: () => void }> {
  for (const kind of ['validation', 'out-of-memory'] as const) device.pushErrorScope(kind);
  const copy = new Copy(device, copyBytes(one) / 2, OUTPUTS);
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  const error = errors.find((each) => each !== null);
  if (error) {
    copy.dispose();
    throw new Error(`there is no room for a copy to compare with: ${firstLine(error.message)}`);
  }
  const copies = copy.widths.map((width) => timer.contender((calls) => copy.queue(calls, width)));
  const timings = await measure(copies, { rounds: 3, batch: 20, leastBatch: 0 });
  const best = Math.min(...timings.map(({ ms }) => ms.median));
  const contender = copies[timings.findIndex(({ ms }) => ms.median === best)] as Contender;
  return { contender, dispose: () => copy.dispose() };
}

/** Returns an entry without a contender when the results are wrong, so that they are not timed. */
function entryOf(
  row: Omit<Row, 'right'>,
  { right, error, wrong }: Verdict,
  contender: Contender,
  dispose: () => void,
): Entry {
  const checked = { ...row, right, ...(error !== undefined && { error }) };
  return right ? { row: checked, contender, dispose } : { row: { ...checked, note: wrong ?? 'wrong' }, dispose };
}

function failed(row: Omit<Row, 'right'>, error: unknown, dispose: () => void): Entry {
  return { row: { ...row, right: false, note: `fails: ${messageOf(error)}` }, dispose };
}

export function messageOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function shortened(text: string): string {
  return text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE)}…` : text;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] as string;
}

import type { Backend } from '../../core/backend.ts';
import type { DType, HostArray } from '../../core/data.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Case, type Upload, uploaderFor } from './case.ts';
import { distinctPlans } from './distinct.ts';
import { type FloatType, toHalf } from './half.ts';
import { sameBits, worstError, worstHalfError } from './metric.ts';
import { machineFor, type PlanName } from './plans.ts';

/** One result of one case with one plan. Errors are in ulps of f32, or of f16 for results in f16. */
export interface Finding {
  readonly op: string;
  /** The dtype of the inputs. */
  readonly from: FloatType;
  /** The dtype of the result. */
  readonly to: FloatType;
  readonly plan: PlanName;
  readonly name: string;
  readonly result: string;
  readonly error: number;
  /** The error of the float32 baseline. */
  readonly baseline: number;
  readonly budget: number;
  /** For results in halves: how many differ from the rounded reference, and how many there are. */
  readonly misrounded?: number;
  readonly values?: number;
  /** A description of the failure, if any. */
  readonly over?: string;
}

export interface RunOptions {
  /** Called after each case with its findings. */
  readonly onCase?: (done: number, total: number, findings: readonly Finding[]) => void;
  /** Ends the run before the next case: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Cases that are recorded together, so that their pipelines are compiled together. Of fewer the first is done sooner,
   * and less is under way when the run is ended.
   * @default 32
   */
  readonly together?: number;
}

/** Runs every case with each of its plans on a backend, whose default plans are restored afterwards. */
export async function runCases(backend: Backend, cases: readonly Case[], options: RunOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { onCase, signal, together = 32 } = options;
  const chunks = Array.from({ length: Math.ceil(cases.length / together) }, (_, i) =>
    cases.slice(i * together, (i + 1) * together),
  );
  const recordChunk = (chunk: readonly Case[] = []) => {
    signal?.throwIfAborted();
    return chunk.map((item) => ({ item, runs: record(backend, item) }));
  };
  let done = 0;
  let next = recordChunk(chunks[0]);
  for (const index of chunks.keys()) {
    // Records one chunk ahead, whose pipelines compile while this one is checked.
    const current = next;
    next = recordChunk(chunks[index + 1]);
    for (const { item, runs } of current) {
      signal?.throwIfAborted();
      const found = await findingsOf(item, runs);
      findings.push(...found);
      onCase?.(++done, cases.length, found);
    }
    // The next cases need buffers of other sizes, so a pool that kept these would only grow.
    backend.runtime.pool.clear();
  }
  return findings;
}

type Read = Readonly<Record<string, { readonly dtype: DType; readonly values: Promise<HostArray> }>>;

interface PlannedRun {
  readonly plan: PlanName;
  readonly first: Read;
  readonly again: Read;
}

/** Records the case by each plan that is not another's twin, twice, and asks for the results. */
function record(backend: Backend, item: Case): PlannedRun[] {
  const { runtime } = backend;
  return distinctPlans(backend, item, item.plans).map((plan) => {
    const machine = machineFor(plan, runtime.machine) as Machine;
    const upload = uploaderFor(backend, plan !== 'unaligned');
    const run = () => runtime.withMachine(machine, () => read(backend, item, upload));
    return { plan, first: run(), again: run() };
  });
}

function read(backend: Backend, item: Case, upload: Upload): Read {
  const reads: Record<string, Read[string]> = {};
  backend.scope(() => {
    for (const [name, tensor] of Object.entries(item.run(upload))) {
      const values = tensor.data();
      // Awaited only at the case's turn. Until then, a failure must not count as unhandled.
      values.catch(() => {});
      reads[name] = { dtype: tensor.dtype, values };
    }
  });
  return reads;
}

/** The values that a result is compared with. */
interface Wanted {
  readonly result: string;
  readonly truth: Float64Array;
  readonly floor: number | Float64Array | undefined;
  /** In ulps of f32, before a result is rounded to halves. */
  readonly budget: number;
  readonly to: FloatType;
}

async function findingsOf(item: Case, runs: readonly PlannedRun[]): Promise<Finding[]> {
  const { op, name, dtype: from } = item;
  const truths = item.reference();
  const baselines = item.baseline();
  const floors = item.floors(truths);
  const findings: Finding[] = [];
  for (const result of Object.keys(truths)) {
    const truth = truths[result] as Float64Array;
    const rounded = baselines[result] as Float64Array;
    const floor = floors[result];
    const inSingle = worstError(rounded, truth, floor).ulp;
    const budget = Math.max(2 * inSingle, item.budgetOf(result));
    const to = item.dtypeOf(result) === 'f16' ? 'f16' : 'f32';
    const baseline = to === 'f32' ? inSingle : worstHalfError(rounded.map(toHalf), truth, inSingle, floor).ulp;
    for (const { plan, first, again } of runs) {
      const measured = await measure(item, { result, truth, floor, budget, to }, first, again);
      findings.push({ op, from, to, plan, name, result, baseline, budget, ...measured });
    }
  }
  return findings;
}

type Measured = Pick<Finding, 'error' | 'over' | 'misrounded' | 'values'> & { readonly budget?: number };

async function measure(item: Case, wanted: Wanted, first: Read, again: Read): Promise<Measured> {
  const { result, truth, to } = wanted;
  const [one, two] = [first[result], again[result]] as [Read[string], Read[string]];
  let got: HostArray;
  let second: HostArray;
  try {
    [got, second] = await Promise.all([one.values, two.values]);
  } catch (error) {
    return { error: Number.POSITIVE_INFINITY, over: error instanceof Error ? error.message : String(error) };
  }
  const measured = compare(got, wanted);
  const over =
    measured.over ??
    item
      .limits()
      [result]?.map((limit) => limit(got, truth))
      .find(Boolean) ??
    ((one.dtype === 'f16') === (to === 'f16') ? undefined : `the result is ${one.dtype}, expected ${to}`) ??
    (sameBits(got, second) ? undefined : 'another run gave different bits');
  return { ...measured, ...(over !== undefined && { over }) };
}

function compare(got: HostArray, { truth, floor, budget, to }: Wanted): Measured {
  if (to === 'f32') {
    const { ulp, index } = worstError(got, truth, floor);
    return { error: ulp, ...(ulp > budget && { over: tooFar(index, got, truth) }) };
  }
  const { ulp, index, budget: near, misrounded } = worstHalfError(got, truth, budget, floor);
  const common = { error: ulp, budget: near, misrounded, values: truth.length };
  return { ...common, ...(ulp > near && { over: tooFar(index, got, truth) }) };
}

function tooFar(index: number, got: HostArray, wanted: Float64Array): string {
  return `[${index}] is ${got[index]}, expected ${wanted[index]}`;
}

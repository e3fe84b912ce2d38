import type { Backend } from '../../backend.ts';
import type { HostArray } from '../../data.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Case, type Upload, uploaderFor, type Values } from './case.ts';
import { grantOf } from './grants.ts';
import { sameBits, type Worst, worstError } from './metric.ts';
import { machineFor, type PlanName } from './plans.ts';

/** One result of one case by one plan. Errors in ulp. */
export interface Finding {
  readonly op: string;
  readonly plan: PlanName;
  readonly name: string;
  readonly result: string;
  readonly error: number;
  /** That of the honest f32 loop. */
  readonly loop: number;
  readonly allowed: number;
  /** What is wrong, if anything. */
  readonly over?: string;
}

export interface RunOptions {
  /** Called after each case. */
  readonly onCase?: (done: number, total: number) => void;
}

/** Cases that are recorded together, so that their pipelines are compiled together. */
const CHUNK = 32;

/** Every case by each of its plans on a backend, whose plans are its own again afterwards. */
export async function runCases(backend: Backend, cases: readonly Case[], options: RunOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const chunks = Array.from({ length: Math.ceil(cases.length / CHUNK) }, (_, i) =>
    cases.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  const recordChunk = (chunk: readonly Case[] = []) => chunk.map((item) => ({ item, runs: record(backend, item) }));
  let done = 0;
  let next = recordChunk(chunks[0]);
  for (const index of chunks.keys()) {
    // One chunk ahead: its pipelines are compiled while this one is judged.
    const current = next;
    next = recordChunk(chunks[index + 1]);
    for (const { item, runs } of current) {
      findings.push(...(await judge(item, runs)));
      options.onCase?.(++done, cases.length);
    }
    // What the next cases need is of another size: a pool that keeps what these needed would only grow.
    backend.runtime.pool.clear();
  }
  return findings;
}

type Read = Readonly<Record<string, Promise<HostArray>>>;

interface PlannedRun {
  readonly plan: PlanName;
  readonly first: Read;
  readonly again: Read;
}

/** Records the case by each plan, twice, and asks for the results. */
function record(backend: Backend, item: Case): PlannedRun[] {
  const { runtime } = backend;
  const own: Machine = runtime.machine;
  try {
    return item.plans.flatMap((plan) => {
      const machine = machineFor(plan, own);
      if (!machine) return [];
      runtime.machine = machine;
      const upload = uploaderFor(backend, plan !== 'unaligned');
      return [{ plan, first: read(backend, item, upload), again: read(backend, item, upload) }];
    });
  } finally {
    runtime.machine = own;
  }
}

function read(backend: Backend, item: Case, upload: Upload): Read {
  const reads: Record<string, Promise<HostArray>> = {};
  backend.scope(() => {
    for (const [name, tensor] of Object.entries(item.run(upload))) {
      reads[name] = tensor.data();
      // Awaited only once the case's turn comes: until then nobody else hears of a failure.
      reads[name].catch(() => {});
    }
  });
  return reads;
}

async function judge(item: Case, runs: readonly PlannedRun[]): Promise<Finding[]> {
  const truth = item.judge();
  const loop = item.loop();
  const floors = item.floors(truth);
  const findings: Finding[] = [];
  for (const result of Object.keys(truth)) {
    const loopError = worstError(loop[result] as Float64Array, truth[result] as Float64Array, floors[result]).ulp;
    const allowed = Math.max(2 * loopError, grantOf(item.op, result));
    for (const { plan, first, again } of runs) {
      const common = { op: item.op, plan, name: item.name, result, loop: loopError, allowed };
      findings.push({ ...common, ...(await measure(item, result, truth, floors[result], allowed, first, again)) });
    }
  }
  return findings;
}

async function measure(
  item: Case,
  result: string,
  truth: Values,
  floor: number | Float64Array | undefined,
  allowed: number,
  first: Read,
  again: Read,
): Promise<{ error: number; over?: string }> {
  const wanted = truth[result] as Float64Array;
  let got: HostArray;
  let second: HostArray;
  try {
    [got, second] = await Promise.all([first[result], again[result]] as [Promise<HostArray>, Promise<HostArray>]);
  } catch (error) {
    return { error: Number.POSITIVE_INFINITY, over: error instanceof Error ? error.message : String(error) };
  }
  const worst = worstError(got, wanted, floor);
  const broken = item.limits[result]?.map((limit) => limit(got, wanted)).find(Boolean);
  const over =
    (worst.ulp > allowed ? tooFar(worst, got, wanted) : undefined) ??
    broken ??
    (sameBits(got, second) ? undefined : 'another run gave other bits');
  return { error: worst.ulp, ...(over !== undefined && { over }) };
}

function tooFar({ index }: Worst, got: HostArray, wanted: Float64Array): string {
  return `[${index}] is ${got[index]}, expected ${wanted[index]}`;
}

import manifest from '../package.json' with { type: 'json' };
import type { Backend } from '../src/index.ts';
import { benchCase, firstCallTime } from './bench.ts';
import type { Case } from './case.ts';
import { type CaseChoice, casesOf } from './cases.ts';
import { Clock } from './clock.ts';
import { measureCold } from './cold.ts';
import { messageOf } from './contenders.ts';
import type { Peer } from './peer.ts';
import type { Cold, ColdSpread, Report, Row } from './report.ts';
import { Timer } from './timer.ts';

/** The default target length of a batch, in ms. */
export const BATCH_MS = 40;
export const ROUNDS = 9;

export interface RunOptions extends CaseChoice {
  /** Batches per contender. @default 9 */
  readonly rounds?: number | undefined;
  /** The target length of a batch, in ms. @default 40 */
  readonly batch?: number | undefined;
  /** Calls per batch. @default as many as `batch` takes */
  readonly calls?: number | undefined;
  /** 'auto' uses the GPU's clock if the device has timestamp queries. @default auto */
  readonly clock?: 'auto' | 'gpu' | 'host' | undefined;
  /** Other libraries to measure too. */
  readonly peers?: readonly Peer[] | undefined;
  /** Whether to time every other choice that the adapter supports too. @default false */
  readonly variants?: boolean | undefined;
  /** Measures the cold figures and the first call of each case too. */
  readonly cold?: ColdOptions | undefined;
  readonly commit?: string | undefined;
  /** The runtime. @default the user agent of the browser or of Node */
  readonly runtime?: string | undefined;
  /** The flags of the WebGPU implementation. */
  readonly flags?: readonly string[] | undefined;
  /** Called before each case and after the last one. */
  readonly onCase?: (done: number, total: number, one?: Case) => void;
  /** Called after each case, with the report so far. */
  readonly onReport?: (report: Report) => void;
}

export interface ColdOptions {
  /** Opens a backend like the measured one. */
  open(): Promise<Backend>;
  /** Measures the time from the start of a process to its first result, in ms. */
  process?(): Promise<ColdSpread>;
  /** The number of measurements of each figure. @default 9 */
  readonly times?: number;
}

/**
 * Checks and times ops on a backend, together with a copy of the same size and other libraries.
 * @throws when the request is impossible: an unknown op, a shape that fits no op, a clock that is not available
 */
export async function runBench(backend: Backend, options: RunOptions = {}): Promise<Report> {
  const { rounds = ROUNDS, batch = BATCH_MS, calls, variants = false, onCase, onReport } = options;
  const cases = casesOf(options);
  const timers: Timer[] = [];
  const open = async (device: GPUDevice, kind: 'auto' | 'gpu' | 'host') => {
    const timer = await Timer.open(device, await Clock.open(device, kind), !backend.info.software);
    timers.push(timer);
    return timer;
  };
  try {
    const timer = await open(backend.device, options.clock ?? 'auto');
    const { kind, quantum } = timer.clock;
    const peers: { peer: Peer; timer: Timer }[] = [];
    for (const peer of options.peers ?? []) peers.push({ peer, timer: await open(peer.device, kind) });
    const rows: Row[] = [];
    const report = (): Report => ({ ...about(backend, options), clock: { kind, quantum }, rounds, rows: [...rows] });
    for (const [done, one] of cases.entries()) {
      onCase?.(done, cases.length, one);
      const own = { rounds, batch, calls, timer, version: manifest.version, peers, variants };
      const measured = await benchCase(backend, one, own);
      // The next case needs buffers of other sizes.
      backend.runtime.pool.clear();
      rows.push(...(options.cold ? await withFirstCall(measured, options.cold) : measured));
      onReport?.(report());
    }
    onCase?.(cases.length, cases.length);
    const cold = options.cold && (await coldOf(backend, options.cold));
    return { ...report(), ...(cold && { cold }) };
  } finally {
    for (const timer of timers) timer.dispose();
  }
}

function about(
  backend: Backend,
  options: RunOptions,
): Pick<Report, 'format' | 'date' | 'gradfold' | 'commit' | 'adapter' | 'runtime' | 'flags' | 'limits'> {
  const { limits, adapterInfo } = backend.device;
  const { commit } = options;
  return {
    format: 1,
    date: new Date().toISOString(),
    gradfold: manifest.version,
    ...(commit !== undefined && { commit }),
    adapter: backend.info,
    runtime: options.runtime ?? globalThis.navigator?.userAgent ?? 'unknown',
    flags: options.flags ?? [],
    limits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      ...(adapterInfo.subgroupMinSize && { subgroupMinSize: adapterInfo.subgroupMinSize }),
      ...(adapterInfo.subgroupMaxSize && { subgroupMaxSize: adapterInfo.subgroupMaxSize }),
    },
  };
}

/** Adds the first call's time to Gradfold's own row, on a fresh backend. Rows that were not timed stay as they are. */
async function withFirstCall(rows: readonly Row[], { open }: ColdOptions): Promise<readonly Row[]> {
  const [own, ...others] = rows;
  if (!own?.ms) return rows;
  const backend = await open();
  try {
    return [{ ...own, firstMs: await firstCallTime(backend, own) }, ...others];
  } finally {
    await backend.dispose();
  }
}

async function coldOf(backend: Backend, { open, process, times }: ColdOptions): Promise<Cold> {
  const cold = await measureCold(backend, open, times);
  try {
    return process ? { ...cold, process: await process() } : cold;
  } catch (error) {
    throw new Error(`bench: the cold start of a process was not measured: ${messageOf(error)}`, { cause: error });
  }
}

import type { BackendInfo } from '../src/index.ts';
import type { Case } from './case.ts';
import type { Spread } from './measure.ts';

/** The results of one contender on one case. */
export interface Row extends Case {
  readonly library: string;
  readonly version: string;
  /** The variant of the call, such as 'in place'. */
  readonly variant?: string;
  /** The public function of a peer that was called. */
  readonly call?: string;
  /** The CUDA device, if it did not run on the report's adapter. */
  readonly on?: string;
  readonly right: boolean;
  /** The largest error relative to the largest true value; absent if nothing was computed. */
  readonly error?: number;
  /** What is wrong, or why nothing was timed. */
  readonly note?: string;
  readonly ms?: Spread;
  /** Time divided by that of a copy of the case's shape in the same round. */
  readonly ofCopy?: Spread;
  readonly copyMs?: number;
  readonly calls?: number;
  /** The first call on a device with nothing compiled, measured once, with the cold figures. */
  readonly firstMs?: number;
  /** Bytes that Gradfold's plan moves. */
  readonly moved?: number;
  /** The least bytes that any plan must move. */
  readonly least?: number;
}

export interface ColdSpread extends Spread {
  readonly least: number;
}

/** Times before the first result and outside kernels, in ms; per call in µs. */
export interface Cold {
  /** From WGSL to a ready softmax pipeline, on a device with nothing compiled. */
  readonly pipeline: ColdSpread;
  /** Host time per call to record and submit softmax on [1, 10], with outputs disposed of at once or kept. */
  readonly call: { readonly disposed: ColdSpread; readonly kept: ColdSpread };
  /** From the start of a process to a softmax of [4096, 1024] read back; not measured in a page. */
  readonly process?: ColdSpread;
}

export interface Report {
  readonly format: 1;
  readonly date: string;
  readonly gradfold: string;
  readonly commit?: string;
  readonly adapter: BackendInfo;
  /** The runtime: Node and Dawn, or the browser. */
  readonly runtime: string;
  readonly flags: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly clock: { readonly kind: 'gpu' | 'host' /** ms */; readonly quantum: number };
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly cold?: Cold;
}

/** Bytes that a copy of the case's shape moves: one read, one write. */
export function copyBytes({ shape, dtype }: Case): number {
  return 2 * (dtype === 'f16' ? 2 : 4) * shape.reduce((size, length) => size * length, 1);
}

/** GB/s, counting the least bytes. */
export function speedOf({ least, ms }: Row): number | undefined {
  return least !== undefined && ms ? least / ms.median / 1e6 : undefined;
}

/** GB/s of the copy in the same rounds. */
export function copySpeedOf(row: Row): number | undefined {
  return row.copyMs === undefined ? undefined : copyBytes(row) / row.copyMs / 1e6;
}

/** Bandwidth counting the least bytes, as a fraction of the copy's. */
export function shareOf(row: Row): number | undefined {
  if (row.least === undefined || !row.ofCopy) return undefined;
  return row.least / copyBytes(row) / row.ofCopy.median;
}

/** Bandwidth counting the bytes that the plan moves, as a fraction of the copy's. */
export function plannedShareOf(row: Row): number | undefined {
  if (row.moved === undefined || !row.ofCopy) return undefined;
  return row.moved / copyBytes(row) / row.ofCopy.median;
}

/** The name of a case, such as `softmax [4096, 1024] f32`. */
export function caseName({ op, shape, dtype, channelAxis }: Case): string {
  return `${op} [${shape.join(', ')}]${channelAxis === -1 ? ' channels-last' : ''} ${dtype}`;
}

/** The report as one JSON document. Infinities are written as text, because JSON has none. */
export function jsonOf(report: Report): string {
  const finiteOrText = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(report, finiteOrText, 1);
}

/** @throws when the text is not such a report; `from` names it */
export function parseReport(text: string, from: string): Report {
  const numberOrText = (_: string, value: unknown) =>
    value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value;
  let report: Partial<Report> | undefined;
  try {
    report = JSON.parse(text, numberOrText);
  } catch {
    // Reported below.
  }
  if (report?.format !== 1 || !Array.isArray(report.rows)) {
    throw new Error(`bench: ${from} is not a benchmark report (gradfold bench --json ${from})`);
  }
  return report as Report;
}

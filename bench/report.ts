import type { BackendInfo } from '../src/index.ts';
import type { Case } from './case.ts';
import type { Spread } from './measure.ts';

/** What is known of one contender on one case. */
export interface Row extends Case {
  readonly library: string;
  readonly version: string;
  /** How the op was asked for where there are several ways: 'in place'. */
  readonly variant?: string;
  /** Which of a peer's public functions was called. */
  readonly call?: string;
  /** Where it ran, if not on the report's adapter: a device by CUDA. */
  readonly on?: string;
  readonly right: boolean;
  /** The largest error of a result, of the largest true value; absent where nothing was computed. */
  readonly error?: number;
  /** What is wrong, or why nothing was timed. */
  readonly note?: string;
  readonly ms?: Spread;
  /** Time by that of a copy of the case's shape, in pairs of one round. */
  readonly ofCopy?: Spread;
  readonly copyMs?: number;
  readonly calls?: number;
  /** From the first call to its end, on a device that had compiled nothing: measured once, with the cold figures. */
  readonly firstMs?: number;
  /** Bytes that Gradfold's plan moves. */
  readonly moved?: number;
  /** Bytes that no plan can do without. */
  readonly least?: number;
}

export interface ColdSpread extends Spread {
  readonly least: number;
}

/** Times before the first result and beside the kernels, in ms; of a call in µs. */
export interface Cold {
  /** A pipeline of softmax on a device that has compiled nothing: WGSL to a kernel that is ready. */
  readonly pipeline: ColdSpread;
  /** A softmax of [1, 10], queued and submitted, host time a call: outputs disposed of at once, and all kept. */
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
  /** What it ran in: Node and Dawn, or the browser. */
  readonly runtime: string;
  readonly flags: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly clock: { readonly kind: 'gpu' | 'host' /** ms */; readonly quantum: number };
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly cold?: Cold;
}

/** Bytes of a copy of the case's shape: one read, one write. */
export function copyBytes({ shape, dtype }: Case): number {
  return 2 * (dtype === 'f16' ? 2 : 4) * shape.reduce((size, length) => size * length, 1);
}

/** GB/s by the bytes that no plan can do without. */
export function speedOf({ least, ms }: Row): number | undefined {
  return least !== undefined && ms ? least / ms.median / 1e6 : undefined;
}

/** GB/s of the copy that ran beside. */
export function copySpeedOf(row: Row): number | undefined {
  return row.copyMs === undefined ? undefined : copyBytes(row) / row.copyMs / 1e6;
}

/** Bandwidth by the least bytes, as a share of the copy's. */
export function shareOf(row: Row): number | undefined {
  if (row.least === undefined || !row.ofCopy) return undefined;
  return row.least / copyBytes(row) / row.ofCopy.median;
}

/** Bandwidth by the bytes that the plan moves, as a share of the copy's. */
export function plannedShareOf(row: Row): number | undefined {
  if (row.moved === undefined || !row.ofCopy) return undefined;
  return row.moved / copyBytes(row) / row.ofCopy.median;
}

/** A case in words: `softmax [4096, 1024] f32`. */
export function caseName({ op, shape, dtype, channelAxis }: Case): string {
  return `${op} [${shape.join(', ')}]${channelAxis === -1 ? ' channels-last' : ''} ${dtype}`;
}

/** The report as one JSON document. JSON has no infinities: they are written as text. */
export function jsonOf(report: Report): string {
  const finiteOrText = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(report, finiteOrText, 1);
}

/** @throws where the text is no such report; `from` names it */
export function parseReport(text: string, from: string): Report {
  const numberOrText = (_: string, value: unknown) =>
    value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value;
  let report: Partial<Report> | undefined;
  try {
    report = JSON.parse(text, numberOrText);
  } catch {
    // Said below.
  }
  if (report?.format !== 1 || !Array.isArray(report.rows)) {
    throw new Error(`bench: ${from} holds no report of the benchmark (gradfold bench --json ${from})`);
  }
  return report as Report;
}

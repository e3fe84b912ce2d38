import Table from 'cli-table3';
import type { BackendInfo } from '../../device/open.ts';
import { EVERY_PLAN_AND_UNALIGNED as PLANS, type PlanName } from './plans.ts';
import type { Finding } from './run.ts';

/** What the check was run on, and what came out: the document of `--json`. */
export interface CheckReport {
  readonly adapter: BackendInfo;
  /** 'adapter': the largest that it has. 'default': no more than WebGPU promises. */
  readonly limits: 'adapter' | 'default';
  readonly form: 'quick' | 'full';
  readonly rows: readonly CheckRow[];
  /** Plans that this adapter does not have. */
  readonly missing: readonly string[];
  /** Every result that is wrong, each with its case. */
  readonly over: readonly Finding[];
  readonly cases: number;
  /** Results compared: a case has one or more, by each of its plans. */
  readonly results: number;
  readonly seconds: number;
  readonly ok: boolean;
}

/** One op by one plan: of its cases the one whose error is the largest share of what is allowed. */
export interface CheckRow {
  readonly op: string;
  readonly plan: PlanName;
  readonly cases: number;
  readonly error: number;
  readonly loop: number;
  readonly allowed: number;
  readonly ok: boolean;
}

/** By op, in the order of the cases, and within an op by plan. */
export function rowsOf(findings: readonly Finding[]): CheckRow[] {
  const order = [...new Set(findings.map(({ op }) => op))];
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.op} ${finding.plan}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  const rows = [...groups.values()].map((group) => {
    const worst = group.reduce((a, b) => (share(b) > share(a) ? b : a));
    const { op, plan, error, loop, allowed } = worst;
    const cases = new Set(group.map(({ name }) => name)).size;
    return { op, plan, cases, error, loop, allowed, ok: group.every(({ over }) => over === undefined) };
  });
  const placeOf = ({ op, plan }: CheckRow) => order.indexOf(op) * PLANS.length + PLANS.indexOf(plan);
  return rows.sort((a, b) => placeOf(a) - placeOf(b));
}

/** How much of what is allowed an error takes up; what is wrong in another way counts as all of it. */
function share({ error, allowed, over }: Finding): number {
  const used = error === 0 ? 0 : error / allowed;
  return over === undefined ? used : Math.max(used, Number.MAX_VALUE);
}

/** The report as a person reads it. */
export function renderReport(report: CheckReport): string {
  const { adapter, limits, form, cases, results, seconds, over, missing } = report;
  const name = [adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'unnamed';
  const lines = [
    `adapter: ${name}${adapter.description ? ` (${adapter.description})` : ''}${adapter.software ? ', software' : ''}`,
    `limits:  ${limits === 'default' ? "no more than WebGPU's defaults" : "the adapter's largest"}`,
    ...missing.map((line) => `note:    ${line}`),
    tableOf(report.rows),
    LEGEND,
    ...over.map(describeOver),
    `${form} check: ${cases} cases, ${results} results against float64, ${over.length} over, ${seconds.toFixed(1)} s`,
  ];
  return lines.join('\n').replaceAll(/ +$/gm, '');
}

function tableOf(rows: readonly CheckRow[]): string {
  const table = new Table({
    head: ['op', 'fold', 'cases', 'error, ulp', 'f32 loop', 'allowed', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
    chars: BARE,
  });
  let previous = '';
  for (const { op, plan, cases, error, loop, allowed, ok } of rows) {
    const first = op === previous ? '' : op;
    previous = op;
    table.push([first, plan, cases, figure(error), figure(loop), figure(allowed), ok ? 'ok' : 'OVER']);
  }
  return table.toString();
}

const LEGEND = `error: the worst against float64, beside that of a plain f32 loop on the same case; in ulp, 2^-23 of the value
fold:  own is as planned for this adapter; unaligned the same for tensors that start between vectors;
       the others are forced, gpu with the wide teams of a GPU`;

/** Rules above and below the head, none between columns: the table is long. */
const BARE = {
  top: '─',
  'top-mid': '─',
  'top-left': '',
  'top-right': '',
  bottom: '─',
  'bottom-mid': '─',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

function figure(ulp: number): string {
  if (ulp === 0) return '0';
  if (!Number.isFinite(ulp)) return 'kind';
  return ulp >= 1000 ? ulp.toExponential(1) : ulp.toFixed(2);
}

function describeOver({ op, plan, name, result, error, allowed, over }: Finding): string {
  return `OVER: ${op}.${result}, ${plan}, ${name}: ${figure(error)} ulp, allowed ${figure(allowed)}: ${over}`;
}

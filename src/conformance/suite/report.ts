import type { BackendInfo } from '../../device/open.ts';
import { FLOAT_TYPES, type FloatType } from './half.ts';
import { EVERY_PLAN_AND_UNALIGNED as PLANS, type PlanName } from './plans.ts';
import type { Finding } from './run.ts';

/** What the check was run on, and what came out: the document of `--json`. */
export interface CheckReport {
  readonly adapter: BackendInfo;
  /** 'adapter': the largest that it has. Else no more than that level of WebGPU promises. */
  readonly limits: 'adapter' | 'default' | 'compatibility';
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

/**
 * One op by one plan, with inputs and results of one dtype each: of its cases the one whose error is the largest share
 * of its error budget. In ulps of the result's dtype.
 */
export interface CheckRow {
  readonly op: string;
  readonly from: FloatType;
  readonly to: FloatType;
  readonly plan: PlanName;
  readonly cases: number;
  readonly error: number;
  readonly baseline: number;
  readonly budget: number;
  /** Of results in halves: the share that is not the reference's own, rounded. */
  readonly misrounded?: number;
  readonly ok: boolean;
}

/** By op, in the order of the cases, within an op by dtypes, and within these by plan. */
export function rowsOf(findings: readonly Finding[]): CheckRow[] {
  const order = [...new Set(findings.map(({ op }) => op))];
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { op, from, to, plan } = finding;
    const key = `${op} ${from} ${to} ${plan}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  const rows = [...groups.values()].map((group): CheckRow => {
    const worst = group.reduce((a, b) => (share(b) > share(a) ? b : a));
    const { op, from, to, plan, error, baseline, budget } = worst;
    const cases = new Set(group.map(({ name }) => name)).size;
    const total = (of: 'misrounded' | 'values') => group.reduce((sum, finding) => sum + (finding[of] ?? 0), 0);
    const values = total('values');
    return {
      ...{ op, from, to, plan, cases, error, baseline, budget },
      ...(to === 'f16' && { misrounded: values > 0 ? total('misrounded') / values : 0 }),
      ok: group.every(({ over }) => over === undefined),
    };
  });
  const places = [order, FLOAT_TYPES, FLOAT_TYPES, PLANS];
  const placeOf = ({ op, from, to, plan }: CheckRow) =>
    [op, from, to, plan].reduce((place, value, i) => {
      const list = places[i] as readonly string[];
      return place * list.length + list.indexOf(value);
    }, 0);
  return rows.sort((a, b) => placeOf(a) - placeOf(b));
}

/** What goes in and what comes out, as one word where they are alike. */
export function dtypesOf({ from, to }: Pick<CheckRow, 'from' | 'to'>): string {
  return from === to ? from : `${from} to ${to}`;
}

/** How much of its budget an error takes up; what is wrong in another way counts as all of it. */
function share({ error, budget, over }: Finding): number {
  const used = error === 0 ? 0 : error / budget;
  return over === undefined ? used : Math.max(used, Number.MAX_VALUE);
}

/** A share as a person reads it. */
export function shareOf(share: number | undefined): string {
  if (share === undefined) return '';
  return share === 0 ? '0' : `${(100 * share).toPrecision(2)} %`;
}

/** Ulps as a person reads them. */
export function figure(ulp: number): string {
  if (ulp === 0) return '0';
  if (!Number.isFinite(ulp)) return 'kind';
  return ulp >= 1000 ? ulp.toExponential(1) : ulp.toFixed(2);
}

/** A finding in a line: where, how far off, and what is wrong. */
export function describeFinding({ op, from, to, plan, name, result, error, budget, over }: Finding): string {
  return `${op}.${result}, ${dtypesOf({ from, to })}, ${plan}, ${name}: ${figure(error)} ulp, budget ${figure(budget)}: ${over}`;
}

/** The report as one JSON document. JSON has no infinities: they are written as text. */
export function jsonOf(report: CheckReport): string {
  const finiteOrText = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(report, finiteOrText, 2);
}

import type { BackendInfo } from '../../device/open.ts';
import { FLOAT_TYPES, type FloatType } from './half.ts';
import { PLAN_NAMES, type PlanName } from './plans.ts';
import type { Finding } from './run.ts';

/** The machine and the results of a check: the document of `--json`. */
export interface CheckReport {
  readonly adapter: BackendInfo;
  /** 'adapter': the adapter's largest limits. Otherwise those that the level of WebGPU guarantees. */
  readonly limits: 'adapter' | 'default' | 'compatibility';
  readonly form: 'quick' | 'full';
  readonly rows: readonly CheckRow[];
  /** Plans that this adapter does not have. */
  readonly missing: readonly string[];
  /** Every wrong result, with its case. */
  readonly over: readonly Finding[];
  readonly cases: number;
  /** The number of results compared: one or more per case and plan. */
  readonly results: number;
  readonly seconds: number;
  readonly ok: boolean;
}

/**
 * The case of one op, one plan and one dtype each of inputs and results whose error is the largest fraction of its
 * error budget. In ulps of the result's dtype.
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
  /** For results in halves: the fraction that differs from the rounded reference. */
  readonly misrounded?: number;
  readonly ok: boolean;
}

/** Returns rows by op in the order of the cases, then by dtypes, then by plan. */
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
  const places = [order, FLOAT_TYPES, FLOAT_TYPES, PLAN_NAMES];
  const placeOf = ({ op, from, to, plan }: CheckRow) =>
    [op, from, to, plan].reduce((place, value, i) => {
      const list = places[i] as readonly string[];
      return place * list.length + list.indexOf(value);
    }, 0);
  return rows.sort((a, b) => placeOf(a) - placeOf(b));
}

/** Returns the dtypes of inputs and results, as one word if they are equal. */
export function dtypesOf({ from, to }: Pick<CheckRow, 'from' | 'to'>): string {
  return from === to ? from : `${from} to ${to}`;
}

/** Returns the fraction of its budget that an error uses; a result that is wrong in another way ranks first. */
function share({ error, budget, over }: Finding): number {
  const used = error === 0 ? 0 : error / budget;
  return over === undefined ? used : Math.max(used, Number.MAX_VALUE);
}

/** Formats a fraction as a percentage. */
export function shareOf(share: number | undefined): string {
  if (share === undefined) return '';
  return share === 0 ? '0' : `${(100 * share).toPrecision(2)} %`;
}

/** Formats a number of ulps. */
export function figure(ulp: number): string {
  if (ulp === 0) return '0';
  if (!Number.isFinite(ulp)) return 'kind';
  return ulp >= 1000 ? ulp.toExponential(1) : ulp.toFixed(2);
}

/** Returns a finding as one line: the case, the error, and what is wrong. */
export function describeFinding({ op, from, to, plan, name, result, error, budget, over }: Finding): string {
  return `${op}.${result}, ${dtypesOf({ from, to })}, ${plan}, ${name}: ${figure(error)} ulp, budget ${figure(budget)}: ${over}`;
}

/** Returns the report as one JSON document. Infinities, which JSON lacks, are written as text. */
export function jsonOf(report: CheckReport): string {
  const finiteOrText = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(report, finiteOrText, 2);
}

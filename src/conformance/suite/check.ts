import type { Backend } from '../../core/backend.ts';
import type { Case } from './case.ts';
import { allCases } from './cases.ts';
import { withExtraPlans } from './distinct.ts';
import { FOLDS, machineFor, type PlanName } from './plans.ts';
import { type CheckReport, rowsOf } from './report.ts';
import { type RunOptions, runCases } from './run.ts';
import { specs } from './specs.ts';

export interface CheckOptions extends RunOptions {
  /** Run only the quick form, a part of the cases. @default false */
  readonly quick?: boolean;
  /** In the quick form: run each case with every reduction strategy that the full form uses. @default false */
  readonly everyFold?: boolean;
  /** Run only the cases of this op. */
  readonly op?: string;
  /** The limits that the device was opened with, for the report. @default 'adapter' */
  readonly limits?: CheckReport['limits'];
  /** @default all, each also with a GPU's plan if that differs; in the quick form, one such case per op */
  readonly cases?: readonly Case[];
}

/** Runs every op with every reduction strategy on the backend's adapter, and compares it with the reference. */
export async function check(backend: Backend, options: CheckOptions = {}): Promise<CheckReport> {
  const { quick = false, everyFold = false, op, limits = 'adapter' } = options;
  const started = performance.now();
  const given = (options.cases ?? allCases(quick ? undefined : backend.runtime.machine))
    .map((item) => (quick ? { ...item, plans: everyFold ? quickWithFolds(item) : item.quick } : item))
    .filter((item) => item.plans.length > 0 && (!op || item.op === op));
  const cases = options.cases ? given : withExtraPlans(backend, given, quick);
  const findings = await runCases(backend, cases, options);
  const over = findings.filter((finding) => finding.over !== undefined);
  const noSubgroups = machineFor('subgroup', backend.runtime.machine) === undefined;
  return {
    adapter: backend.info,
    limits,
    form: quick ? 'quick' : 'full',
    rows: rowsOf(findings),
    missing: noSubgroups ? ['no subgroups here: the subgroup fold was not run'] : [],
    over,
    cases: cases.length,
    results: findings.length,
    seconds: (performance.now() - started) / 1000,
    ok: over.length === 0,
  };
}

/** The folds come first: a run keeps the first of plans that are the same, so that none goes by another name. */
function quickWithFolds({ plans, quick }: Case): readonly PlanName[] {
  return quick.length === 0 ? [] : [...new Set([...FOLDS.filter((fold) => plans.includes(fold)), ...quick])];
}

/** 1 where a result is over its error budget. */
export function exitCodeOf({ ok }: CheckReport): number {
  return ok ? 0 : 1;
}

/** The names that `--op` takes. */
export function checkedOps(): string[] {
  return specs.map(({ name }) => name);
}

import type { CheckReport } from 'gradfold/check';

/** A request for a check. */
export interface CheckRequest {
  readonly form: CheckReport['form'];
  /** @default all ops */
  readonly op?: string;
}

/** The results so far of a running or stopped check. */
export type CheckProgress = Pick<CheckReport, 'rows' | 'over'> & {
  /** Cases. */
  readonly done: number;
  readonly total: number;
};

/** The result of an op for a special value. */
export interface SpecialCell {
  readonly got: number;
  /** The reference's result. */
  readonly wanted: number;
  readonly differs: boolean;
}

export interface SpecialRow {
  readonly op: string;
  /** The formula, in which `x` is the input. */
  readonly formula: string;
  /** One cell per input. */
  readonly cells: readonly SpecialCell[];
}

export interface SpecialGrid {
  readonly inputs: readonly number[];
  readonly rows: readonly SpecialRow[];
}

/** The result of a finished check, which can be copied and shared. */
export interface CheckResult {
  readonly report: CheckReport;
  readonly specials: SpecialGrid;
  /** The time, in ISO 8601. */
  readonly at: string;
}

import type { CheckReport } from 'gradfold/check';

/** What to check. */
export interface CheckRequest {
  readonly form: CheckReport['form'];
  /** @default all there are */
  readonly op?: string;
}

/** What is known while a check runs, and all that a stopped one leaves. */
export type CheckProgress = Pick<CheckReport, 'rows' | 'over'> & {
  /** Cases. */
  readonly done: number;
  readonly total: number;
};

/** What an op makes of a special number. */
export interface SpecialCell {
  readonly got: number;
  /** The reference's. */
  readonly wanted: number;
  readonly differs: boolean;
}

export interface SpecialRow {
  readonly op: string;
  /** What is computed, `x` being the input. */
  readonly formula: string;
  /** One for each input. */
  readonly cells: readonly SpecialCell[];
}

export interface SpecialGrid {
  readonly inputs: readonly number[];
  readonly rows: readonly SpecialRow[];
}

/** A check that came to its end: what can be copied and shared. */
export interface CheckResult {
  readonly report: CheckReport;
  readonly specials: SpecialGrid;
  /** When, as ISO 8601. */
  readonly at: string;
}

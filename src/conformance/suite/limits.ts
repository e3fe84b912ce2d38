import type { Limit } from './case.ts';
import type { RowView } from './data.ts';

/** Limits errors to `relative` · |true| where |true| is above `from`. */
export function relativeWithin(relative: number, from: number): Limit {
  return within(`${relative} relative where the value is above ${from}`, (truth) =>
    Math.abs(truth) > from ? relative * Math.abs(truth) : Number.POSITIVE_INFINITY,
  );
}

/** Limits errors to `allowed(true value, index)`. */
export function within(what: string, allowed: (truth: number, index: number) => number): Limit {
  return (got, truth) => {
    for (let i = 0; i < truth.length; i++) {
      const wanted = truth[i] as number;
      // The metric compares values that f32 cannot represent by kind.
      if (!Number.isFinite(Math.fround(wanted))) continue;
      const off = Math.abs((got[i] as number) - wanted);
      if (off > allowed(wanted, i)) return `[${i}] is ${got[i]}, expected ${wanted} within ${what}`;
    }
    return undefined;
  };
}

/** Rows sum to one within 1e-6 where the true ones do. Others are rows of NaN or, on request, of zeros. */
export function rowsSumToOne({ rows, rowOf }: Pick<RowView, 'rows' | 'rowOf'>): Limit {
  const sumsOf = (values: ArrayLike<number>) => {
    const sums = new Float64Array(rows);
    for (let i = 0; i < values.length; i++) sums[rowOf(i)]! += values[i] as number;
    return sums;
  };
  return (got, truth) => {
    const wanted = sumsOf(truth);
    const row = sumsOf(got).findIndex((sum, i) => (wanted[i] as number) > 0.5 && !(Math.abs(sum - 1) <= 1e-6));
    return row < 0 ? undefined : `row ${row} sums to ${sumsOf(got)[row]}, expected 1 within 1e-6`;
  };
}

/** No value below 0, and exactly 0 where the true value is. */
export const neverNegative: Limit = (got, truth) => {
  for (let i = 0; i < truth.length; i++) {
    if ((got[i] as number) < 0) return `[${i}] is ${got[i]}, expected at least 0`;
    if (truth[i] === 0 && got[i] !== 0) return `[${i}] is ${got[i]}, expected exactly 0`;
  }
  return undefined;
};

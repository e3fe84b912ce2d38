import { f16round } from '@petamoriken/float16';
import { ULP, worstError } from '../../src/conformance/suite/metric.ts';
import type { DType } from '../../src/index.ts';

const FLT_MAX = 3.4028234663852886e38;

/** What one result should be: the reference's values, the float32 baseline's, and what errors are measured by. */
export interface Expected {
  readonly truth: Float64Array;
  readonly baseline: Float64Array;
  readonly floor: number | Float64Array;
  /** What intermediate sums may grow to, where the floor does not tell. */
  readonly peak: Float64Array | undefined;
  /** Ulps of the error budget, whatever the baseline's error. */
  readonly budget: number;
}

/**
 * Whether each element is right by the check's rule: the error is at most twice that of the float32 baseline, or within the
 * error budget; NaN and infinities are those of the reference. Of halves the interval that this leaves is rounded to halves.
 * Not checked is what even the baseline cannot hold in f32: where its result is not of the reference's kind, or where the
 * terms of a sum exceed f32's largest number, which of them meet first decides.
 */
export function rightOnes(
  got: ArrayLike<number>,
  dtype: DType,
  { truth, baseline, floor, peak, budget }: Expected,
): boolean[] {
  const floorOf = (i: number) => (typeof floor === 'number' ? floor : (floor[i] as number));
  const isChecked = (i: number) =>
    !(Math.max(floorOf(i), peak?.[i] ?? 0) >= FLT_MAX / 4) && sameKind(baseline[i] as number, truth[i] as number);
  const checked = [...truth.keys()].filter(isChecked);
  const pick = (list: Float64Array) => Float64Array.from(checked, (i) => list[i] as number);
  const baselineError = worstError(pick(baseline), pick(truth), Float64Array.from(checked, floorOf)).ulp;
  const allowed = Math.max(2 * baselineError, budget);
  return Array.from(truth, (value, i) => {
    if (!isChecked(i)) return true;
    const size = Math.max(Math.abs(value), floorOf(i) > 0 ? floorOf(i) : 0);
    return isWithin(got[i] as number, value, allowed * ULP * size, dtype);
  });
}

function sameKind(baseline: number, truth: number): boolean {
  const stored = Math.fround(truth);
  return Number.isFinite(stored) ? Number.isFinite(baseline) : Object.is(stored, Math.fround(baseline));
}

function isWithin(got: number, truth: number, off: number, dtype: DType): boolean {
  if (Number.isNaN(truth) || Number.isNaN(got)) return Object.is(got, truth);
  if (got === truth) return true;
  const round = dtype === 'f16' ? f16round : Math.fround;
  // An infinity is either the true one, or a number's that is too large by what is allowed.
  if (!Number.isFinite(got) || !Number.isFinite(truth) || dtype === 'f16')
    return got >= round(truth - off) && got <= round(truth + off);
  return Math.abs(got - truth) <= off;
}

import { f16round } from '@petamoriken/float16';
import { ULP, worstError } from '../../src/conformance/suite/metric.ts';
import type { DType } from '../../src/index.ts';

const FLT_MAX = 3.4028234663852886e38;

/** The expected values of one result, the float32 baseline's values, and how errors are measured. */
export interface Expected {
  readonly truth: Float64Array;
  readonly baseline: Float64Array;
  readonly floor: number | Float64Array;
  /** The size that intermediate sums may reach, where the floor does not bound them. */
  readonly peak: Float64Array | undefined;
  /** The error budget in ulps, regardless of the baseline's error. */
  readonly budget: number;
}

/**
 * Returns whether each element is right by the check's rule: the error is at most twice that of the float32 baseline,
 * or within the error budget; NaN and infinities equal those of the reference. For halves, the bounds of this interval
 * are rounded to halves. Elements that overflow even in the baseline are not checked: its result is not of the
 * reference's kind, or the terms of a sum exceed the largest f32, so that the order of summation decides.
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
  // An infinity is right if the reference has it, or if a number within the bounds overflows.
  if (!Number.isFinite(got) || !Number.isFinite(truth) || dtype === 'f16')
    return got >= round(truth - off) && got <= round(truth + off);
  return Math.abs(got - truth) <= off;
}

import { f16round } from '@petamoriken/float16';
import { ULP, worstError } from '../../src/conformance/suite/metric.ts';
import type { DType } from '../../src/index.ts';

const FLT_MAX = 3.4028234663852886e38;

/** What one result should be: the judge's values, the honest loop's, and what errors are measured by. */
export interface Expected {
  readonly truth: Float64Array;
  readonly loop: Float64Array;
  readonly floor: number | Float64Array;
  /** What intermediate sums may grow to, where the floor does not tell. */
  readonly peak: Float64Array | undefined;
  /** Ulps that are granted whatever the loop's error. */
  readonly grant: number;
}

/**
 * Whether each element is right by the check's rule: the error is at most twice that of the honest loop, or what is
 * granted; NaN and infinities are those of the judge. Of halves the interval that this leaves is rounded to halves.
 * Not judged is what even the loop cannot hold in f32: where its result is not of the judge's kind, or where the terms
 * of a sum exceed f32's largest number, which of them meet first decides.
 */
export function rightOnes(
  got: ArrayLike<number>,
  dtype: DType,
  { truth, loop, floor, peak, grant }: Expected,
): boolean[] {
  const floorOf = (i: number) => (typeof floor === 'number' ? floor : (floor[i] as number));
  const isJudged = (i: number) =>
    !(Math.max(floorOf(i), peak?.[i] ?? 0) >= FLT_MAX / 4) && sameKind(loop[i] as number, truth[i] as number);
  const judged = [...truth.keys()].filter(isJudged);
  const pick = (list: Float64Array) => Float64Array.from(judged, (i) => list[i] as number);
  const loopError = worstError(pick(loop), pick(truth), Float64Array.from(judged, floorOf)).ulp;
  const allowed = Math.max(2 * loopError, grant);
  return Array.from(truth, (value, i) => {
    if (!isJudged(i)) return true;
    const size = Math.max(Math.abs(value), floorOf(i) > 0 ? floorOf(i) : 0);
    return isWithin(got[i] as number, value, allowed * ULP * size, dtype);
  });
}

function sameKind(loop: number, truth: number): boolean {
  const stored = Math.fround(truth);
  return Number.isFinite(stored) ? Number.isFinite(loop) : Object.is(stored, Math.fround(loop));
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

import { halfUlp, toHalf } from './half.ts';

/** One unit in the last place of 1 in f32, the unit of errors. */
export const ULP = 2 ** -23;

/** The element with the largest error. */
export interface Worst {
  /** Infinity if the result and the true value are of different kinds: NaN, infinite or finite. */
  readonly ulp: number;
  readonly index: number;
}

/**
 * Returns the largest error, |got - true| / (2^-23 · max(|true|, floor)). A true value that is non-finite in f32
 * requires a result of the same kind.
 */
export function worstError(got: ArrayLike<number>, truth: Float64Array, floor: number | Float64Array = 0): Worst {
  let worst = 0;
  let index = 0;
  const fixed = typeof floor === 'number';
  for (let i = 0; i < truth.length; i++) {
    const ulp = errorOf(got[i] as number, truth[i] as number, fixed ? floor : (floor[i] as number));
    if (ulp > worst) {
      worst = ulp;
      index = i;
    }
  }
  if (got.length !== truth.length) return { ulp: Number.POSITIVE_INFINITY, index: Math.min(got.length, truth.length) };
  return { ulp: worst, index };
}

function errorOf(got: number, truth: number, floor: number): number {
  if (got === truth) return 0;
  const stored = Math.fround(truth);
  if (!Number.isFinite(stored) || !Number.isFinite(got)) return Object.is(got, stored) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - truth) / (ULP * scaleOf(truth, floor));
}

function scaleOf(truth: number, floor: number): number {
  // Inputs such as 0 · inf can make the floor NaN. It is then ignored.
  return Math.max(Math.abs(truth), floor > 0 ? floor : 0);
}

/** The same for a result that is stored in halves; see `worstHalfError`. */
export interface WorstHalf extends Worst {
  /** The budget at that element. */
  readonly budget: number;
  /** The number of results that differ from the rounded reference. */
  readonly misrounded: number;
}

/**
 * Returns the largest distance |got - true| of results in halves, in ulps of f16 at the true value (at least 2^-24). A
 * result is correct
 * - if it is the half nearest to the true value (infinity from 65,520 up; a non-finite true value requires a result of
 *   the same kind), or
 * - if an error within the f32 budget, `allowed` ulps of f32 at max(|true|, floor), crosses the midpoint of two halves.
 *   The distance is then at most half an ulp of f16 plus that budget.
 *
 * If any element is incorrect, returns the worst of those.
 */
export function worstHalfError(
  got: ArrayLike<number>,
  truth: Float64Array,
  allowed: number,
  floor: number | Float64Array = 0,
): WorstHalf {
  const fixed = typeof floor === 'number';
  let misrounded = 0;
  let worst = { ulp: 0, index: 0, budget: 0.5 };
  let wrong = false;
  for (let i = 0; i < truth.length; i++) {
    const wanted = truth[i] as number;
    const found = got[i] as number;
    const rounded = toHalf(wanted);
    const exact = found === rounded || (Number.isNaN(found) && Number.isNaN(rounded));
    if (!exact) misrounded += 1;
    if (exact && !Number.isFinite(rounded)) continue;
    const { ulp, slack } = distance(found, wanted, allowed, fixed ? floor : (floor[i] as number));
    const over = !exact && !(ulp <= slack);
    if ((over && !wrong) || (over === wrong && ulp > worst.ulp)) worst = { ulp, index: i, budget: slack };
    wrong ||= over;
  }
  if (got.length !== truth.length) {
    return { ulp: Number.POSITIVE_INFINITY, index: Math.min(got.length, truth.length), budget: 0, misrounded };
  }
  return { ...worst, misrounded };
}

function distance(got: number, truth: number, allowed: number, floor: number): { ulp: number; slack: number } {
  if (!Number.isFinite(truth) || Number.isNaN(got)) return { ulp: Number.POSITIVE_INFINITY, slack: 0 };
  // Infinity takes the place of the next half: 65,520 is the midpoint between it and the largest half.
  const place = Number.isFinite(got) ? got : Math.sign(got) * 65536;
  const unit = halfUlp(Math.min(Math.abs(truth), 65535));
  const slack = 0.5 + (allowed * ULP * scaleOf(truth, floor)) / unit;
  return { ulp: Math.abs(place - truth) / unit, slack };
}

/** Whether two results are the same bits, NaNs included. */
export function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [a, b].map((view) => new Uint32Array(view.buffer, view.byteOffset, view.byteLength / 4));
  return (left as Uint32Array).every((bits, i) => bits === (right as Uint32Array)[i]);
}

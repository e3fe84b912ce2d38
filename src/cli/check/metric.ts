/** One unit in the last place of 1: what errors are counted in. */
export const ULP = 2 ** -23;

/** The element that is furthest off. */
export interface Worst {
  /** Infinity where NaN, an infinity or a finite value stands for another kind. */
  readonly ulp: number;
  readonly index: number;
}

/**
 * The largest error, |got - true| / (2^-23 · max(|true|, floor)). A true value is as f32 holds it where that is not
 * finite: there the kind must agree.
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
  // A floor that inputs made NaN, as 0 · inf, is none.
  const scale = Math.max(Math.abs(truth), floor > 0 ? floor : 0);
  return Math.abs(got - truth) / (ULP * scale);
}

/** Whether two results are the same bits, NaNs included. */
export function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [a, b].map((view) => new Uint32Array(view.buffer, view.byteOffset, view.byteLength / 4));
  return (left as Uint32Array).every((bits, i) => bits === (right as Uint32Array)[i]);
}

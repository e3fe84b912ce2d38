/**
 * Rounding and summation of the reference: in float64, or within `inFloat32` as in an f32 loop. Every op is written
 * once and serves as both the reference and the float32 baseline that GPU errors are compared with.
 */

/** The number of consecutive additions before an f32 sum starts a new partial sum. */
const BLOCK = 256;

let float32 = false;

/** Whether the reference runs within `inFloat32`. */
export const isFloat32 = (): boolean => float32;

/** Runs `f` with every step rounded to f32 and sums taken in blocks. */
export function inFloat32<T>(f: () => T): T {
  float32 = true;
  try {
    return f();
  } finally {
    float32 = false;
  }
}

/** Returns the result of one arithmetic step as it is stored. */
export function round(x: number): number {
  return float32 ? Math.fround(x) : x;
}

const itself = (value: number): number => value;

/** Returns term(values[0], 0) + term(values[1], 1) + ...; without `term`, the sum of the values. */
export function sumOf(values: Float64Array, term: (value: number, i: number) => number = itself): number {
  return float32 ? sumInBlocks(values, term) : sumCompensated(values, term);
}

/**
 * Neumaier's compensated sum in float64 (Rundungsfehleranalyse, ZAMM 54, 1974). The rounding errors of the additions
 * are summed separately, so the error does not grow with the count.
 */
function sumCompensated(values: Float64Array, term: (value: number, i: number) => number): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const x = term(values[i]!, i);
    const next = total + x;
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    total = next;
  }
  // With an infinite total, `lost` holds inf - inf. The plain sum is then the answer.
  return Number.isFinite(total) ? total + lost : total;
}

/** Float32: serial within blocks of 256, then serial over the blocks. */
function sumInBlocks(values: Float64Array, term: (value: number, i: number) => number): number {
  let total = 0;
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length);
    let block = 0;
    for (let i = start; i < end; i++) block = Math.fround(block + term(values[i]!, i));
    total = Math.fround(total + block);
  }
  return total;
}

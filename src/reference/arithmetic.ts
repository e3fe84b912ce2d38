/**
 * How the reference rounds numbers and takes sums: in float64, or within `inFloat32` as an f32 loop would. Every op is
 * written once and serves as both the reference and the float32 baseline that a GPU is measured against.
 */

/** Additions in a row before a sum in f32 starts a new partial sum. */
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

/** The result of one arithmetic step as it is stored. */
export function round(x: number): number {
  return float32 ? Math.fround(x) : x;
}

const itself = (value: number): number => value;

/** term(values[0], 0) + term(values[1], 1) + ...; the values themselves where no term is given. */
export function sumOf(values: Float64Array, term: (value: number, i: number) => number = itself): number {
  return float32 ? sumInBlocks(values, term) : sumCompensated(values, term);
}

/**
 * Float64 with Neumaier's compensated sum (Rundungsfehleranalyse, ZAMM 54, 1974): what each addition rounds away is
 * summed beside the total, so that the error does not grow with the count.
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
  // An infinite total leaves inf - inf in `lost`: there the plain sum is the answer.
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

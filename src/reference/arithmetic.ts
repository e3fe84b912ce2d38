/**
 * How numbers are rounded and sums are taken. Every op of the judge is written once and takes an arithmetic as its
 * last, private parameter: `exact` makes it the judge, `single` the honest f32 loop that a GPU is measured against.
 */
export interface Arithmetic {
  /** Whether `round` is the identity. */
  readonly exact: boolean;
  /** The result of one arithmetic step, as this arithmetic stores it. */
  readonly round: (x: number) => number;
  /** term(values[0], 0) + term(values[1], 1) + ...; the values themselves where no term is given. */
  readonly sum: (values: Float64Array, term?: (value: number, i: number) => number) => number;
}

/** Additions in a row before `single` starts a new partial sum. */
const BLOCK = 256;

const itself = (value: number): number => value;

/**
 * Float64 with Neumaier's compensated sum (Rundungsfehleranalyse, ZAMM 54, 1974): what each addition rounds away is
 * summed beside the total, so that the error does not grow with the count.
 */
export const exact: Arithmetic = {
  exact: true,
  round: itself,
  sum(values, term = itself) {
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
  },
};

/** Float32: every step rounded; sums serial within blocks of 256, then serial over the blocks. */
export const single: Arithmetic = {
  exact: false,
  round: Math.fround,
  sum(values, term = itself) {
    let total = 0;
    for (let start = 0; start < values.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, values.length);
      let block = 0;
      for (let i = start; i < end; i++) block = Math.fround(block + term(values[i]!, i));
      total = Math.fround(total + block);
    }
    return total;
  },
};

import { deviate, type Floats, floats, once, randomFor } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, LARGEST_HALF, SMALLEST_HALF } from '../suite/half.ts';
import { EVERY_PLAN, NARROW_PLANS, QUICK_PLANS } from '../suite/plans.ts';
import { input, type RowInput } from './rows.ts';

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NONE, NaN: NAN } = Number;
export const SPECIAL_COLS = 37;

/** The special values of a dtype: the largest, one near it, and the smallest subnormal. */
interface Range {
  readonly largest: number;
  readonly large: number;
  readonly smallest: number;
}

const RANGES: Readonly<Record<FloatType, Range>> = {
  f32: { largest: 3.4028234663852886e38, large: 3e38, smallest: 2 ** -149 },
  f16: { largest: LARGEST_HALF, large: 60000, smallest: SMALLEST_HALF },
};

type Special = readonly [name: string, value: (column: number, usual: number, range: Range) => number];

/** A row with special values at given positions and ordinary numbers elsewhere. */
export const SPECIAL_ROWS: readonly Special[] = [
  ['usual', (_, usual) => usual],
  ['all -inf', () => NONE],
  ['one +inf', (c, usual) => (c === 5 ? INF : usual)],
  ['two +inf', (c, usual) => (c === 5 || c === 36 ? INF : usual)],
  ['NaN first', (c, usual) => (c === 0 ? NAN : usual)],
  ['NaN last', (c, usual) => (c === 36 ? NAN : usual)],
  ['NaN and +inf', (c, usual) => (c === 3 ? NAN : c === 4 ? INF : usual)],
  ['the lowest everywhere', (_c, _, { largest }) => -largest],
  ['the largest everywhere', (_c, _, { largest }) => largest],
  ['±0', (c) => (c % 2 === 0 ? 0 : -0)],
  ['±large', (c, _, { large }) => (c % 3 === 0 ? -large : large)],
  ['mixed -inf', (c, usual) => (c % 3 === 0 ? NONE : usual)],
  ['-inf but the last', (c) => (c === 36 ? 1.5 : NONE)],
  ['-inf but the first', (c) => (c === 0 ? -2.5 : NONE)],
];

/**
 * Subnormals. Those of f16 are normal in f32, so results are exact. Those of f32 may be flushed to 0 in arithmetic
 * (WGSL, "Floating point evaluation"), and both results are allowed: floors are far above them. Ops that compare
 * (argmax, hardmax) look at bits and have one result.
 */
const SUBNORMAL_ROWS: readonly Special[] = [
  ['subnormals', (c, _, { smallest }) => ((c * 7) % 37) * smallest],
  ['±subnormals', (c, _, { smallest }) => (c % 2 === 0 ? -1 : 1) * ((c * 5) % 37) * smallest],
  ['subnormals but one', (c, usual, { smallest }) => (c === 9 ? usual : 3 * smallest)],
];

export const TABLE_ROWS: readonly Special[] = [...SPECIAL_ROWS, ...SUBNORMAL_ROWS];

/**
 * A table of special values with two rows of each kind, so that every kind has neighbors in its workgroup. Rows run
 * along the last axis, or along the first so that neighbors in memory are of different kinds.
 */
function tableOf(kinds: readonly Special[], dtype: FloatType, along: 'last' | 'first'): Floats {
  const random = randomFor('special');
  const rows = 2 * kinds.length;
  const usual = Array.from({ length: rows * SPECIAL_COLS }, () => 4 * deviate(random));
  const entryOf = (row: number, c: number) => {
    const [, value] = kinds[row % kinds.length] as Special;
    return value(c, usual[row * SPECIAL_COLS + c] as number, RANGES[dtype]);
  };
  const table =
    along === 'last'
      ? floats([rows, SPECIAL_COLS], (i) => entryOf(Math.floor(i / SPECIAL_COLS), i % SPECIAL_COLS))
      : floats([SPECIAL_COLS, rows], (i) => entryOf(i % rows, Math.floor(i / rows)));
  return as(dtype, table) as Floats;
}

/** Special values without subnormals, f32, rows along the last axis. */
export const specialRows: () => Floats = once(() => tableOf(SPECIAL_ROWS, 'f32', 'last'));

/** The table of special values in both dtypes, along the last axis and strided. */
export const SPECIAL_INPUTS: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) =>
  (['last', 'first'] as const).map((along) => {
    const rows = 2 * TABLE_ROWS.length;
    const shape = along === 'last' ? [rows, SPECIAL_COLS] : [SPECIAL_COLS, rows];
    const name = along === 'last' ? 'special values' : 'special values, strided';
    // In the quick form, one layout per dtype.
    const quick = along === 'last' ? dtype === 'f32' && QUICK_PLANS : dtype === 'f16';
    const axis = along === 'last' ? -1 : 0;
    const plans = dtype === 'f32' ? EVERY_PLAN : NARROW_PLANS;
    return input(name, shape, () => tableOf(TABLE_ROWS, dtype, along), { dtype, axis, quick, plans });
  }),
);

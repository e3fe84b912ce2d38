import type { Machine } from '../../../plan/machine.ts';
import { representativeColumns } from '../../../plan/representatives.ts';
import { once } from '../case.ts';
import { deviate, type Floats, floats, normal, randomFor } from '../data.ts';
import { EVERY_PLAN, EVERY_PLAN_AND_UNALIGNED, NARROW_PLANS, OWN_PLAN, type PlanName } from '../plans.ts';

/** Rows to fold, each in a shape or of a kind that has hurt somebody (KERNELS.md, section 2). */
export interface RowInput {
  readonly name: string;
  readonly shape: readonly [rows: number, cols: number];
  readonly plans: readonly PlanName[];
  readonly quick: boolean | readonly PlanName[];
  readonly x: () => Floats;
}

interface Options {
  readonly plans?: readonly PlanName[];
  readonly quick?: boolean | readonly PlanName[];
}

/** Without an outlier a sum that drops an element goes unnoticed: a few stand out in every shape. */
function planted(name: string, [rows, cols]: readonly [number, number]): Floats {
  const x = normal(name, [rows, cols], 0, 3);
  const random = randomFor(`${name} outliers`);
  for (let row = 0; row < rows; row += 2) x.data[row * cols + Math.floor(random.uniform(0, cols))] = 20;
  return x;
}

function ofShape(rows: number, cols: number, options: Options = {}): RowInput {
  const shape = [rows, cols] as const;
  const name = `${rows} × ${cols}`;
  return input(name, shape, () => planted(name, shape), options);
}

function input(name: string, shape: readonly [number, number], x: () => Floats, options: Options = {}): RowInput {
  return { name, shape, quick: options.quick ?? false, plans: options.plans ?? EVERY_PLAN, x: once(x) };
}

/** From -80 up to 0 along the row: each element is the largest so far, and probabilities reach down to 1e-35. */
const ascending = (cols: number) => floats([2, cols], (i) => ((i % cols) / Math.max(cols - 1, 1)) * 80 - 80);

/** An offset of 1e8 leaves f32 steps of 8. */
const offset = (name: string, by: number, step: number) => {
  const random = randomFor(name);
  return floats([7, 509], () => by + step * Math.round(2 * deviate(random)));
};

/** Row r has +200 at column r: what a tree that drops a seat would miss. */
const spikes = (cols: number) => floats([cols, cols], (i) => (i % cols === Math.floor(i / cols) ? 200 : 0));

export const ROW_INPUTS: readonly RowInput[] = [
  ofShape(1, 1, { plans: NARROW_PLANS, quick: true }),
  ofShape(5, 257, { plans: EVERY_PLAN_AND_UNALIGNED, quick: NARROW_PLANS }),
  ofShape(3, 4097, { quick: ['own', 'gpu'] }),
  input('ascending 2 × 4097', [2, 4097], () => ascending(4097), { quick: true }),
  ofShape(13, 3),
  ofShape(37, 61),
  ofShape(7, 127),
  ofShape(3, 1021),
  ofShape(3, 4095),
  ofShape(3, 4096, { plans: EVERY_PLAN_AND_UNALIGNED }),
  ofShape(1, 262144),
  ofShape(65537, 3, { plans: NARROW_PLANS }),
  input('ascending 2 × 50257', [2, 50257], () => ascending(50257)),
  input('equal 3 × 4097', [3, 4097], () => floats([3, 4097], () => 0.1)),
  input('offset 1e4, 7 × 509', [7, 509], () => offset('1e4', 1e4, 2 ** -8)),
  input('offset 1e8, 7 × 509', [7, 509], () => offset('1e8', 1e8, 8)),
  input('a spike at every place of 257', [257, 257], () => spikes(257)),
];

/** Rows of one shape for each team that plans can choose on a machine: so no variant goes unchecked. */
export function plannedRows(machine: Machine): RowInput[] {
  return representativeColumns(machine).map((cols) => ({
    ...ofShape(3, cols, { plans: OWN_PLAN }),
    name: `planned 3 × ${cols}`,
  }));
}

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NONE, NaN: NAN } = Number;
const LARGEST = 3.4028234663852886e38;
export const SPECIAL_COLS = 37;

/** A row of special values by the place of each; elsewhere ordinary numbers. */
export const SPECIAL_ROWS: readonly (readonly [name: string, value: (column: number, usual: number) => number])[] = [
  ['usual', (_, usual) => usual],
  ['all -inf', () => NONE],
  ['one +inf', (c, usual) => (c === 5 ? INF : usual)],
  ['two +inf', (c, usual) => (c === 5 || c === 36 ? INF : usual)],
  ['NaN first', (c, usual) => (c === 0 ? NAN : usual)],
  ['NaN last', (c, usual) => (c === 36 ? NAN : usual)],
  ['NaN and +inf', (c, usual) => (c === 3 ? NAN : c === 4 ? INF : usual)],
  ['-FLT_MAX everywhere', () => -LARGEST],
  ['FLT_MAX everywhere', () => LARGEST],
  ['±0', (c) => (c % 2 === 0 ? 0 : -0)],
  ['±3e38', (c) => (c % 3 === 0 ? -3e38 : 3e38)],
  ['mixed -inf', (c, usual) => (c % 3 === 0 ? NONE : usual)],
  ['-inf but the last', (c) => (c === 36 ? 1.5 : NONE)],
  ['-inf but the first', (c) => (c === 0 ? -2.5 : NONE)],
];

/** The table of special values: one row each, twice, so that neighbours of every kind share a workgroup. */
export const specialRows: () => Floats = once(() => {
  const random = randomFor('special');
  const kinds = SPECIAL_ROWS.length;
  return floats([2 * kinds, SPECIAL_COLS], (i) => {
    const row = Math.floor(i / SPECIAL_COLS);
    const [, value] = SPECIAL_ROWS[row % kinds] as (typeof SPECIAL_ROWS)[number];
    return value(i % SPECIAL_COLS, 4 * deviate(random));
  });
});

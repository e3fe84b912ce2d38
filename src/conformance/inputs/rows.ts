import { bytesOf } from '../../core/data.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Rows, sizesOf } from '../../plan/rows.ts';
import type * as reference from '../../reference/index.ts';
import { type Options as CallOptions, once } from '../suite/case.ts';
import { deviate, type Floats, floats, map, normal, randomFor, rowsIn, sizeOf } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, LARGEST_HALF, named, SMALLEST_HALF } from '../suite/half.ts';
import {
  ALIGNED_OR_NOT,
  EVERY_PLAN,
  EVERY_PLAN_AND_UNALIGNED,
  NARROW_PLANS,
  OWN_AND_GPU,
  OWN_PLAN,
  type PlanName,
  QUICK_PLANS,
  WIDE_PLANS,
} from '../suite/plans.ts';
import { representativeRows, representativeStrides } from '../suite/representatives.ts';
import type { Trial } from '../suite/spec.ts';

/** Rows to fold, each in a shape or of a kind that has hurt somebody (KERNELS.md, section 2). */
export interface RowInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** The axis that rows lie along. */
  readonly axis: number;
  readonly dtype: FloatType;
  readonly plans: readonly PlanName[];
  readonly quick: boolean | readonly PlanName[];
  /** Also for what makes a difference to few ops: gradients of offsets and spikes are as others are. */
  readonly ordinary: boolean;
  /** Losses take probabilities over these rows too: on few, as a software adapter compiles each for a second. */
  readonly soft: boolean;
  readonly x: () => Floats;
}

type Options = Partial<Pick<RowInput, 'axis' | 'dtype' | 'plans' | 'quick' | 'ordinary' | 'soft'>>;

function input(name: string, shape: readonly number[], x: () => Floats, options: Options = {}): RowInput {
  const { axis = -1, dtype = 'f32', plans = EVERY_PLAN, quick = false, ordinary = true, soft = false } = options;
  const stored = once(() => as(dtype, x()) as Floats);
  return { name: named(name, dtype), shape, axis, dtype, plans, quick, ordinary, soft, x: stored };
}

/** Without an outlier a sum that drops an element goes unnoticed: in every other row one stands out. */
function planted(name: string, shape: readonly number[], axis: number): Floats {
  const x = normal(name, shape, 0, 3);
  const { rows, cols, rowOf, columnOf } = rowsIn(shape, axis);
  const random = randomFor(`${name} outliers`);
  const places = Array.from({ length: rows }, () => Math.floor(random.uniform(0, cols)));
  return floats(shape, (i) => (rowOf(i) % 2 === 0 && columnOf(i) === places[rowOf(i)] ? 20 : (x.data[i] as number)));
}

function ofShape(shape: readonly number[], options: Options = {}): RowInput {
  const { axis = -1 } = options;
  const name = `${shape.join(' × ')}${axis === -1 ? '' : ` along ${axis}`}`;
  return input(name, shape, () => planted(name, shape, axis), options);
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

/** The shape that gradients and losses of other dtypes than their logits', and results of another one, are tried on. */
export const MIXED_SHAPES: readonly (readonly [shape: readonly number[], axis: number])[] = [
  [[5, 257], -1],
  [[2, 37, 3], 1],
];

/** Such rows in both dtypes. */
export const MIXED_INPUTS: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) =>
  MIXED_SHAPES.map(([shape, axis], i) =>
    ofShape(shape, { dtype, axis, plans: EVERY_PLAN_AND_UNALIGNED, quick: i === 0 && dtype === 'f16' }),
  ),
);

/**
 * Rows along the last axis, in both dtypes. A fold knows nothing of what is stored: halves go through every plan on two
 * shapes, the rest by the planner's choice, as a software adapter takes long to compile variants.
 */
const LAST: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) => {
  const half = dtype === 'f16';
  const plans = half ? OWN_PLAN : EVERY_PLAN;
  return [
    ofShape([5, 257], { dtype, plans: EVERY_PLAN_AND_UNALIGNED, quick: half ? true : NARROW_PLANS }),
    ofShape([37, 61], { dtype, plans: EVERY_PLAN_AND_UNALIGNED, soft: true }),
    ofShape([3, 4097], { dtype, plans, quick: half ? false : ['own', 'gpu'] }),
    ofShape([13, 3], { dtype, plans }),
    ofShape([3, 1021], { dtype, plans }),
    ofShape([3, 4096], { dtype, plans: half ? ALIGNED_OR_NOT : EVERY_PLAN_AND_UNALIGNED }),
    ofShape([1, 262144], { dtype, plans: half ? NARROW_PLANS : EVERY_PLAN }),
    ofShape([65537, 3], { dtype, plans: half ? OWN_PLAN : NARROW_PLANS }),
  ];
});

export const ROW_INPUTS: readonly RowInput[] = [
  ...LAST,
  ofShape([1, 1], { plans: NARROW_PLANS, quick: true }),
  ofShape([7, 127]),
  ofShape([3, 4095]),
  input('ascending 2 × 4097', [2, 4097], () => ascending(4097), { quick: true, ordinary: false }),
  input('ascending 2 × 50257', [2, 50257], () => ascending(50257), { ordinary: false }),
  input('ascending 2 × 4097', [2, 4097], () => ascending(4097), {
    dtype: 'f16',
    plans: OWN_PLAN,
    ordinary: false,
  }),
  input('equal 3 × 4097', [3, 4097], () => floats([3, 4097], () => 0.1)),
  // 1 / 20,000 is below the normal range of f16.
  input('equal 3 × 20000', [3, 20000], () => floats([3, 20000], () => 0.1), {
    dtype: 'f16',
    plans: NARROW_PLANS,
    quick: true,
  }),
  input('offset 1e4, 7 × 509', [7, 509], () => offset('1e4', 1e4, 2 ** -8), { ordinary: false }),
  input('offset 1e4, 7 × 509', [7, 509], () => offset('1e4', 1e4, 8), {
    dtype: 'f16',
    plans: OWN_PLAN,
    ordinary: false,
  }),
  input('offset 1e8, 7 × 509', [7, 509], () => offset('1e8', 1e8, 8), { ordinary: false }),
  input('a spike at every place of 257', [257, 257], () => spikes(257), { ordinary: false }),
  input('a spike at every place of 257', [257, 257], () => spikes(257), {
    dtype: 'f16',
    plans: OWN_PLAN,
    ordinary: false,
  }),
];

/** Rows whose neighbors are other rows: few and many, short and long, of every number of neighbors. */
export const STRIDED_INPUTS: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) => {
  const half = dtype === 'f16';
  const wide = half ? OWN_AND_GPU : WIDE_PLANS;
  return [
    ofShape([5, 37, 7], {
      dtype,
      axis: 1,
      plans: EVERY_PLAN_AND_UNALIGNED,
      quick: !half && QUICK_PLANS,
      soft: true,
    }),
    ofShape([257, 64], { dtype, axis: 0, plans: half ? WIDE_PLANS : EVERY_PLAN, quick: half }),
    ofShape([5000, 3], { dtype, axis: 0, plans: half ? WIDE_PLANS : EVERY_PLAN }),
    ofShape([5000, 7, 3], { dtype, axis: 0, plans: wide }),
    ofShape([2, 5000, 2], { dtype, axis: 1, plans: wide }),
    ofShape([2, 3, 56, 56], { dtype, axis: 1, plans: half ? OWN_PLAN : NARROW_PLANS }),
    ofShape([37, 3136], { dtype, axis: 0, plans: wide }),
    ofShape([20011, 3, 2], { dtype, axis: 1, plans: wide }),
    ofShape([3, 1, 64], { dtype, axis: 1, plans: half ? OWN_PLAN : NARROW_PLANS }),
    ofShape([65, 37, 2], { dtype, axis: 1, plans: wide }),
  ];
});

/** Rows of one shape for each team that plans can choose on a machine: so no variant goes unchecked. */
export function plannedRows(machine: Machine): RowInput[] {
  return FLOAT_TYPES.flatMap((dtype) => [
    ...representativeRows(machine, sizesOf([bytesOf(dtype)])).map((shape) => planned(shape, -1, dtype)),
    ...representativeStrides(machine).map((rows) => planned(shapeOf(rows), 1, dtype)),
  ]);
}

export function shapeOf({ outer, cols, inner }: Rows): number[] {
  return [outer, cols, inner];
}

function planned(shape: readonly number[], axis: number, dtype: FloatType): RowInput {
  const row = ofShape(shape, { axis, dtype, plans: OWN_PLAN, soft: true });
  return { ...row, name: `planned ${row.name}` };
}

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NONE, NaN: NAN } = Number;
export const SPECIAL_COLS = 37;

/** What the special values are of a dtype: the largest, one near it, and the smallest subnormal. */
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

/** A row of special values by the place of each; elsewhere ordinary numbers. */
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
 * Subnormals. Those of f16 are normal in f32, so all is exact. Those of f32 may be flushed to 0 where they enter
 * arithmetic (WGSL, floating point evaluation), and both answers are allowed: floors are far above them. What compares
 * (arg max, hard max) looks at bits and has one answer.
 */
const SUBNORMAL_ROWS: readonly Special[] = [
  ['subnormals', (c, _, { smallest }) => ((c * 7) % 37) * smallest],
  ['±subnormals', (c, _, { smallest }) => (c % 2 === 0 ? -1 : 1) * ((c * 5) % 37) * smallest],
  ['subnormals but one', (c, usual, { smallest }) => (c === 9 ? usual : 3 * smallest)],
];

export const TABLE_ROWS: readonly Special[] = [...SPECIAL_ROWS, ...SUBNORMAL_ROWS];

/**
 * A table of special values: one row each, twice, so that neighbors of every kind share a workgroup. Its rows lie
 * along the last axis, or along the first, so that neighbors in memory are of different kinds.
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
    // Of the quick form, each dtype one way.
    const quick = along === 'last' ? dtype === 'f32' && QUICK_PLANS : dtype === 'f16';
    const axis = along === 'last' ? -1 : 0;
    const plans = dtype === 'f32' ? EVERY_PLAN : NARROW_PLANS;
    return input(name, shape, () => tableOf(TABLE_ROWS, dtype, along), { dtype, axis, quick, plans });
  }),
);

/** Rows of every shape and kind. With a machine also a shape for each plan that it can return. */
export function rowInputs(machine?: Machine): RowInput[] {
  return [...ROW_INPUTS, ...STRIDED_INPUTS, ...(machine ? plannedRows(machine) : [])];
}

/** Five elements a row, whichever axis rows lie along: so the teams are few. */
export const OPTION_AXES = [
  { shape: [5, 7, 3], axis: 0 },
  { shape: [7, 5, 3], axis: 1 },
  { shape: [7, 3, 5], axis: 2 },
] as const;

/** Rows as a trial of an op of one tensor. */
export function trialOf({ name, x, axis, dtype, plans, quick }: RowInput, options: CallOptions = {}): Trial {
  return { name, inputs: { x }, options: { axis, ...options }, dtype, plans, quick };
}

/** For ops that only fold rows. */
export const rowTrials = (machine?: Machine): Trial[] =>
  [...rowInputs(machine), ...SPECIAL_INPUTS].map((input) => trialOf(input));

const otherThan = (dtype: FloatType): FloatType => (dtype === 'f32' ? 'f16' : 'f32');

/** For ops that normalize rows: with results of another dtype, and with what becomes of empty rows. */
export function normalizingTrials(machine?: Machine): Trial[] {
  const mixed = (input: RowInput) => {
    const dtype = otherThan(input.dtype);
    return trialOf({ ...input, name: `${input.name} to ${dtype}` }, { dtype });
  };
  const special = SPECIAL_INPUTS.flatMap((input) => {
    const once = { ...input, quick: false, plans: OWN_PLAN };
    return [
      mixed(once),
      ...['zero', 'uniform'].map((emptyRow) =>
        trialOf({ ...once, name: `${input.name}, empty rows ${emptyRow}` }, { emptyRow }),
      ),
    ];
  });
  return [...rowTrials(machine), ...MIXED_INPUTS.map(mixed), ...special, ...emptyRowTrials()];
}

/** Every `emptyRow` with every axis, dtype of the input and dtype of the result, over rows of which some are empty. */
function emptyRowTrials(): Trial[] {
  return FLOAT_TYPES.flatMap((from) =>
    OPTION_AXES.flatMap(({ shape, axis }) => {
      const { rowOf } = rowsIn(shape, axis);
      const x = () => floats(shape, (i) => (rowOf(i) % 3 === 1 ? NONE : ((i * 5) % 17) / 4 - 2));
      return FLOAT_TYPES.flatMap((dtype) =>
        ['nan', 'zero', 'uniform'].map((emptyRow) => {
          const name = named(`${shape.join(' × ')} along ${axis}, empty rows ${emptyRow}`, from);
          const row = input(name, shape, x, {
            axis,
            plans: OWN_PLAN,
            quick: axis === 1 && emptyRow === 'uniform' && from !== dtype,
          });
          const stored = { ...row, dtype: from, x: () => as(from, row.x()) as Floats };
          return trialOf(from === dtype ? stored : { ...stored, name: `${name} to ${dtype}` }, { emptyRow, dtype });
        }),
      );
    }),
  );
}

/** What the forward op made of rows, with gradients of it, in a few dtypes. */
export function rowGradientTrials(forward: typeof reference.softmax, machine?: Machine): Trial[] {
  const pairOf = (input: RowInput, dy: (shape: readonly number[]) => Floats, ofDy: FloatType = input.dtype): Trial => {
    const { x, axis, shape, dtype, name, plans, quick } = input;
    const y = () => {
      const made = forward(x(), { axis });
      return as(
        dtype,
        floats(shape, (i) => made.data[i] as number),
      );
    };
    return {
      name: ofDy === dtype ? name : `${name}, dy ${ofDy}`,
      inputs: { y, dy: () => as(ofDy, dy(shape)) },
      options: { axis },
      ...{ dtype, plans, quick },
    };
  };
  const usual =
    ({ name }: RowInput) =>
    (shape: readonly number[]) =>
      normal(`${name} dy`, shape);
  return [
    ...rowInputs(machine)
      .filter(({ ordinary }) => ordinary)
      .map((input) => pairOf(input, usual(input))),
    ...MIXED_INPUTS.map((input) => pairOf(input, usual(input), otherThan(input.dtype))),
    ...SPECIAL_INPUTS.map((input) => pairOf(input, () => specialDy(input))),
    // Gradients at the ends of what f16 holds.
    ...SPECIAL_INPUTS.filter(({ dtype }) => dtype === 'f16').map((input) =>
      pairOf({ ...input, name: `${input.name}, large dy`, plans: OWN_PLAN, quick: false }, () => largeDy(input)),
    ),
  ];
}

/** Rows that have no softmax have no gradient; a NaN in dy is its row's alone; -inf in y is a probability of 0. */
function specialDy({ name, shape, axis }: RowInput): Floats {
  const { rows, rowOf, columnOf } = rowsIn(shape, axis);
  // In the second half, whose rows are those of the first again, the usual row's dy is NaN at one place.
  return map(normal(`${name} dy`, shape), (value, i) => (rowOf(i) === rows / 2 && columnOf(i) === 11 ? NAN : value));
}

/** ±65,504, subnormals, and what is between: a softmax's gradient stays in range, a log-softmax's need not. */
function largeDy({ name, shape }: RowInput): Floats {
  return map(normal(`${name} large dy`, shape), (value, i) => [65504, -65504, 3 * 2 ** -24][i % 4] ?? value);
}

/** For each element the sum over its row. */
export function rowSums(shape: readonly number[], axis: number, term: (i: number) => number): (i: number) => number {
  const { rows, rowOf } = rowsIn(shape, axis);
  const sums = new Float64Array(rows);
  for (let i = 0; i < sizeOf(shape); i++) sums[rowOf(i)]! += term(i);
  return (i) => sums[rowOf(i)] as number;
}

/** The axis of rows, where none is given. */
export const axisIn = ({ axis }: CallOptions): number => (axis as number | undefined) ?? -1;

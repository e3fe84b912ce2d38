import { bytesOf } from '../../core/data.ts';
import type { Machine } from '../../plan/machine.ts';
import { type Rows, sizesOf } from '../../plan/rows.ts';
import { deviate, type Floats, floats, normal, once, randomFor, rowsIn } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import {
  ALIGNED_OR_NOT,
  DEFAULT_AND_GPU,
  DEFAULT_PLAN,
  EVERY_PLAN,
  EVERY_PLAN_AND_UNALIGNED,
  NARROW_PLANS,
  type PlanName,
  QUICK_PLANS,
  WIDE_PLANS,
} from '../suite/plans.ts';
import { representativeRows, representativeStrides } from '../suite/representatives.ts';

/** Rows to reduce, with an adversarial shape or adversarial values. */
export interface RowInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** The axis along which rows run. */
  readonly axis: number;
  readonly dtype: FloatType;
  readonly plans: readonly PlanName[];
  readonly quick: boolean | readonly PlanName[];
  /** Whether all ops use the rows. Offsets and spikes matter to few ops; their gradients are ordinary. */
  readonly ordinary: boolean;
  /** Whether losses also take probabilities over these rows. Few do, as software adapters compile each for a second. */
  readonly soft: boolean;
  readonly x: () => Floats;
}

type Options = Partial<Pick<RowInput, 'axis' | 'dtype' | 'plans' | 'quick' | 'ordinary' | 'soft'>>;

/** Rows with a name. */
export function input(name: string, shape: readonly number[], x: () => Floats, options: Options = {}): RowInput {
  const { axis = -1, dtype = 'f32', plans = EVERY_PLAN, quick = false, ordinary = true, soft = false } = options;
  const stored = once(() => as(dtype, x()) as Floats);
  return { name: named(name, dtype), shape, axis, dtype, plans, quick, ordinary, soft, x: stored };
}

/** Every other row has an outlier, without which a sum that drops an element could go unnoticed. */
function planted(name: string, shape: readonly number[], axis: number): Floats {
  const x = normal(name, shape, 0, 3);
  const { rows, cols, rowOf, columnOf } = rowsIn(shape, axis);
  const random = randomFor(`${name} outliers`);
  const places = Array.from({ length: rows }, () => Math.floor(random.uniform(0, cols)));
  return floats(shape, (i) => (rowOf(i) % 2 === 0 && columnOf(i) === places[rowOf(i)] ? 20 : (x.data[i] as number)));
}

export function ofShape(shape: readonly number[], options: Options = {}): RowInput {
  const { axis = -1 } = options;
  const name = `${shape.join(' × ')}${axis === -1 ? '' : ` along ${axis}`}`;
  return input(name, shape, () => planted(name, shape, axis), options);
}

/** Rises from -80 to 0 along the row: each element is the largest so far, and probabilities go down to 1e-35. */
const ascending = (cols: number) => floats([2, cols], (i) => ((i % cols) / Math.max(cols - 1, 1)) * 80 - 80);

/** At an offset of 1e8, f32 has steps of 8. */
const offset = (name: string, by: number, step: number) => {
  const random = randomFor(name);
  return floats([7, 509], () => by + step * Math.round(2 * deviate(random)));
};

/** Row r has +200 at column r, which a tree reduction that drops a lane would miss. */
const spikes = (cols: number) => floats([cols, cols], (i) => (i % cols === Math.floor(i / cols) ? 200 : 0));

/** The shape for trials with mixed dtypes: gradients, losses and results. */
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
 * Rows along the last axis, in both dtypes. A reduction does not depend on the stored dtype, so halves use every plan
 * on only two shapes and the planner's choice on the rest: software adapters compile variants slowly.
 */
const LAST: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) => {
  const half = dtype === 'f16';
  const plans = half ? DEFAULT_PLAN : EVERY_PLAN;
  return [
    ofShape([5, 257], { dtype, plans: EVERY_PLAN_AND_UNALIGNED, quick: half ? true : NARROW_PLANS }),
    ofShape([37, 61], { dtype, plans: EVERY_PLAN_AND_UNALIGNED, soft: true }),
    ofShape([3, 4097], { dtype, plans, quick: half ? false : ['default', 'gpu'] }),
    ofShape([13, 3], { dtype, plans }),
    ofShape([3, 1021], { dtype, plans }),
    ofShape([3, 4096], { dtype, plans: half ? ALIGNED_OR_NOT : EVERY_PLAN_AND_UNALIGNED }),
    ofShape([1, 262144], { dtype, plans: half ? NARROW_PLANS : EVERY_PLAN }),
    ofShape([65537, 3], { dtype, plans: half ? DEFAULT_PLAN : NARROW_PLANS }),
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
    plans: DEFAULT_PLAN,
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
    plans: DEFAULT_PLAN,
    ordinary: false,
  }),
  input('offset 1e8, 7 × 509', [7, 509], () => offset('1e8', 1e8, 8), { ordinary: false }),
  input('a spike at every place of 257', [257, 257], () => spikes(257), { ordinary: false }),
  input('a spike at every place of 257', [257, 257], () => spikes(257), {
    dtype: 'f16',
    plans: DEFAULT_PLAN,
    ordinary: false,
  }),
];

/** Strided rows: few and many, short and long, with every number of neighboring rows. */
export const STRIDED_INPUTS: readonly RowInput[] = FLOAT_TYPES.flatMap((dtype) => {
  const half = dtype === 'f16';
  const wide = half ? DEFAULT_AND_GPU : WIDE_PLANS;
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
    ofShape([2, 3, 56, 56], { dtype, axis: 1, plans: half ? DEFAULT_PLAN : NARROW_PLANS }),
    ofShape([37, 3136], { dtype, axis: 0, plans: wide }),
    ofShape([20011, 3, 2], { dtype, axis: 1, plans: wide }),
    ofShape([3, 1, 64], { dtype, axis: 1, plans: half ? DEFAULT_PLAN : NARROW_PLANS }),
    ofShape([65, 37, 2], { dtype, axis: 1, plans: wide }),
  ];
});

/** Rows, one shape for each team that plans can choose on a machine, so that every variant is checked. */
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
  const row = ofShape(shape, { axis, dtype, plans: DEFAULT_PLAN, soft: true });
  return { ...row, name: `planned ${row.name}` };
}

/** Rows of every shape and kind. With a machine, also a shape for each plan that it can return. */
export function rowInputs(machine?: Machine): RowInput[] {
  return [...ROW_INPUTS, ...STRIDED_INPUTS, ...(machine ? plannedRows(machine) : [])];
}

/** Five elements per row along any axis, so that there are few teams. */
export const OPTION_AXES = [
  { shape: [5, 7, 3], axis: 0 },
  { shape: [7, 5, 3], axis: 1 },
  { shape: [7, 3, 5], axis: 2 },
] as const;

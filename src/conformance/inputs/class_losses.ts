import type { Machine } from '../../plan/machine.ts';
import * as reference from '../../reference/index.ts';
import type { HostTensor, Options } from '../suite/case.ts';
import {
  computed,
  distributions,
  type Floats,
  floats,
  integers,
  labels,
  normal,
  once,
  randomFor,
  rowsIn,
  uniform,
} from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, DEFAULT_PLAN, NARROW_PLANS, QUICK_PLANS } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';
import { MIXED_INPUTS, ofShape, type RowInput, rowInputs } from './rows.ts';
import { SPECIAL_COLS, SPECIAL_INPUTS, TABLE_ROWS } from './special_rows.ts';

/** A loss over classes: rows x, their targets, and the options. */
export interface LossInput extends Pick<Trial, 'name' | 'quick' | 'plans'> {
  /** The dtype of x and of its gradient. Losses are f32. */
  readonly dtype: FloatType;
  readonly x: () => HostTensor;
  readonly targets: () => HostTensor;
  readonly options: Options;
  readonly weight?: HostTensor;
  /** The gradient of the loss. */
  readonly upstream?: HostTensor;
}

/** Turns an input into a trial, optionally with more options. */
export function trialOf(input: LossInput, options: Options = {}): Trial {
  const { x, targets, weight, upstream, options: own, ...rest } = input;
  return { ...rest, inputs: { x, targets, weight, upstream }, options: { ...own, ...options } };
}

const IGNORED = -100;

/** What the reference makes of x, in its shape. */
export function stored(
  dtype: FloatType,
  { shape }: HostTensor,
  make: () => { readonly data: ArrayLike<number> },
): Floats {
  return as(dtype, computed(shape, make)) as Floats;
}

/** Hard labels over rows of every shape and kind. */
function ofShapes(rows: readonly RowInput[]): LossInput[] {
  return rows.map(({ name, shape, axis, quick, plans, dtype, x }) => {
    const { rowShape, cols } = rowsIn(shape, axis);
    const targets = once(() => labels(`${name} labels`, rowShape, cols));
    return { name, quick, plans, dtype, x, targets, options: { reduction: 'none', axis } };
  });
}

/** Probabilities, and smoothed labels. */
function softened(rows: readonly RowInput[]): LossInput[] {
  return rows
    .filter(({ soft }) => soft)
    .map(({ name, shape, axis, plans, quick, dtype, x }) => ({
      name: `${name} probabilities`,
      quick: quick !== false,
      ...{ plans, dtype, x },
      targets: once(() => as(dtype, distributions(`soft targets ${name}`, shape, axis))),
      options: { reduction: 'sum', labelSmoothing: 0.1, axis },
    }));
}

/** The class axis in each position. */
export const PLANES = [
  { shape: [3, 21, 6, 7], axis: 1 },
  { shape: [19, 2, 5, 3], axis: 0 },
  { shape: [2, 4, 5, 67], axis: 3 },
] as const;

/** Class weights and ignored labels over planes of pixels, [N, C, d1, d2], with every reduction strategy. */
function ofPlanes(): LossInput[] {
  return FLOAT_TYPES.flatMap((dtype) =>
    PLANES.flatMap(({ shape, axis }) => {
      const { rowShape, cols } = rowsIn(shape, axis);
      const base = named(`${shape.join(' × ')} along ${axis}`, dtype);
      const x = once(() => as(dtype, normal(`planes ${shape}`, shape, 0, 4)));
      const weight = as(dtype, uniform(`plane weights ${shape}`, [cols], 0.1, 3));
      const hard: LossInput = {
        name: `${base}, weighted, some ignored`,
        dtype,
        plans: dtype === 'f32' ? NARROW_PLANS : DEFAULT_PLAN,
        x,
        weight,
        targets: once(() => labels(`plane labels ${shape}`, rowShape, cols, IGNORED)),
        options: { axis },
      };
      const soft: LossInput = {
        ...hard,
        name: `${base}, weighted, probabilities`,
        targets: once(() => as(dtype, distributions(`plane targets ${shape}`, shape, axis))),
        options: { axis, reduction: 'none' },
      };
      return [hard, soft];
    }),
  );
}

/** Targets and weights of a dtype other than that of the logits. */
function mixed(rows = MIXED_INPUTS): LossInput[] {
  return rows.map(({ name, shape, axis, dtype, x }) => {
    const other: FloatType = dtype === 'f32' ? 'f16' : 'f32';
    const { cols } = rowsIn(shape, axis);
    return {
      name: `${name}, targets and weights ${other}`,
      dtype,
      plans: DEFAULT_PLAN,
      x,
      targets: once(() => as(other, distributions(`mixed targets ${name}`, shape, axis))),
      weight: as(other, uniform('mixed weights', [cols], 0.1, 3)),
      options: { axis, reduction: 'sum' },
    };
  });
}

/**
 * Gradients that vanish in f16: in a mean over many rows, p / N is below 2^-25. A power of two as `scale` recovers all
 * of them, and the true values are then far above the unit of halves.
 */
export function scaledTrials(): Trial[] {
  const [rows, cols] = [64, 1021];
  const input: LossInput = {
    name: `mean over ${rows} × ${cols}, f16`,
    dtype: 'f16',
    plans: NARROW_PLANS,
    x: once(() => as('f16', normal('scaled', [rows, cols], 0, 2))),
    targets: once(() => labels('scaled labels', [rows], cols)),
    options: {},
  };
  return [1, 2 ** 12, 2 ** 20].map((scale) => {
    const name = scale === 1 ? input.name : `${input.name}, scale ${scale}`;
    return trialOf({ ...input, name, quick: scale > 1 }, { scale });
  });
}

/** Rows so confident of their label that 1 - p is 0 in f32: losses from 1 down to 1e-30. */
function confident(): LossInput[] {
  const rows = 70;
  const cols = 33;
  const at = once(() => labels('confident labels', [rows], cols));
  const x = (offset: number, step: number) =>
    once(() => {
      const random = randomFor('confident');
      return floats([rows, cols], (i) => {
        const row = Math.floor(i / cols);
        const lead = i % cols === at().data[row] ? row : 0;
        return offset + step * Math.round((lead + random.uniform(-1, 1)) / step);
      });
    });
  const offsets = [
    [0, 2 ** -20],
    [1e4, 2 ** -9],
    [1e8, 8],
  ] as const;
  const ofSingle = offsets.map(
    ([offset, step]): LossInput => ({
      name: `confident rows, offset ${offset}`,
      quick: offset !== 1e4,
      dtype: 'f32',
      plans: NARROW_PLANS,
      x: x(offset, step),
      targets: at,
      options: { reduction: 'none' },
    }),
  );
  // Losses of halves keep the full precision of f32; gradients are rounded to f16.
  const halves = { dtype: 'f16', plans: DEFAULT_PLAN, targets: at, options: { reduction: 'none' } } as const;
  return [
    ...ofSingle,
    ...[
      [0, 2 ** -6],
      [1024, 1],
    ].map(([offset, step]) => ({
      ...halves,
      name: `confident rows, offset ${offset}, f16`,
      x: once(() => as('f16', x(offset as number, step as number)())),
    })),
  ];
}

/** Labels at the first, the special and the last column of every special row; then all rows ignored, and soft ones. */
function ofSpecialRows(): LossInput[] {
  const kinds = TABLE_ROWS.length;
  const rows = 2 * kinds;
  return SPECIAL_INPUTS.flatMap(({ name, shape, axis, dtype, x, quick }) => {
    const base = { quick: quick === QUICK_PLANS, plans: dtype === 'f32' ? NARROW_PLANS : DEFAULT_PLAN, dtype, x };
    const labeled = [0, 5, SPECIAL_COLS - 1].map(
      (column, i): LossInput => ({
        ...base,
        name: `${name}, label ${column}`,
        targets: once(() => integers([rows], (row) => (row < kinds ? column : 11))),
        options: { reduction: 'none', labelSmoothing: i === 2 ? 0.25 : 0, axis },
        quick: i === 0 && quick,
      }),
    );
    // The values of an ignored row, NaN or not, affect nothing.
    const ignored: LossInput = {
      ...base,
      name: `${name}, all but the usual row ignored`,
      targets: once(() => integers([rows], (row) => (row % kinds === 0 ? 3 : IGNORED))),
      options: { axis },
    };
    const nothing: LossInput = {
      ...base,
      plans: DEFAULT_PLAN,
      name: `${name}, all ignored`,
      targets: once(() => integers([rows], () => 4)),
      options: { ignoreIndex: 4, axis },
    };
    const zero: LossInput = {
      ...nothing,
      name: `${nothing.name}, empty 'zero'`,
      options: { ignoreIndex: 4, emptyReduction: 'zero', axis },
    };
    const halves: LossInput = {
      ...base,
      name: `${name}, probabilities`,
      targets: once(() => as(dtype, halfAndHalf(shape, axis))),
      options: { reduction: 'none', axis },
    };
    return [...labeled, ignored, nothing, zero, halves];
  });
}

/** Half on column 1, half on column 2: 0 elsewhere, also where logits are -inf or NaN. */
function halfAndHalf(shape: readonly number[], axis: number): HostTensor {
  const { columnOf } = rowsIn(shape, axis);
  return floats(shape, (i) => ([1, 2].includes(columnOf(i)) ? 0.5 : 0));
}

/** For losses of logits. */
export function logitLosses(machine?: Machine): LossInput[] {
  const rows = rowInputs(machine);
  return [...ofShapes(rows), ...softened(rows), ...ofPlanes(), ...mixed(), ...confident(), ...ofSpecialRows()];
}

/** For losses of log-probabilities, which may be any numbers. */
export function logProbabilityLosses(machine?: Machine): LossInput[] {
  // A log-softmax is at most 0, so offsets and spikes would add no new kind of input.
  const ordinary = ofShapes(rowInputs(machine).filter((row) => row.ordinary)).map((input) => {
    const { dtype, x, options } = input;
    const made = () => reference.logSoftmax(x(), { axis: options.axis as number });
    return { ...input, x: once(() => stored(dtype, x(), made)) };
  });
  const alone = [...ofPlanes(), ...ofSpecialRows()].map((input) => ({ ...input, plans: DEFAULT_PLAN }));
  // A row that GPUs' plans cut into slices.
  const long = mixed([ofShape([12289], { dtype: 'f32', axis: 0 })]).map((input) => ({
    ...input,
    plans: ALIGNED_OR_NOT,
  }));
  return [...ordinary, ...mixed(), ...long, ...alone];
}

/** For losses of probabilities. */
export function probabilityLosses(machine?: Machine): LossInput[] {
  return [...softened(rowInputs(machine)), ...mixed()].map((input) => {
    const { dtype, x, options } = input;
    const made = () => reference.softmax(x(), { axis: options.axis as number });
    return { ...input, x: once(() => stored(dtype, x(), made)) };
  });
}

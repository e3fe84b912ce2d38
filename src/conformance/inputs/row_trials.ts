import type { Machine } from '../../plan/machine.ts';
import type * as reference from '../../reference/index.ts';
import type { Options } from '../suite/case.ts';
import { computed, type Floats, floats, map, normal, rowsIn, sizeOf } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { DEFAULT_PLAN } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';
import { input, MIXED_INPUTS, OPTION_AXES, type RowInput, rowInputs } from './rows.ts';
import { SPECIAL_INPUTS } from './special_rows.ts';

/** Turns rows into a trial of an op of one tensor. */
export function trialOf({ name, x, axis, dtype, plans, quick }: RowInput, options: Options = {}): Trial {
  return { name, inputs: { x }, options: { axis, ...options }, dtype, plans, quick };
}

/** For ops that only reduce rows. */
export const rowTrials = (machine?: Machine): Trial[] =>
  [...rowInputs(machine), ...SPECIAL_INPUTS].map((input) => trialOf(input));

const otherThan = (dtype: FloatType): FloatType => (dtype === 'f32' ? 'f16' : 'f32');

/** For ops that normalize rows, also with results of another dtype and with each `emptyRow`. */
export function normalizingTrials(machine?: Machine): Trial[] {
  const mixed = (input: RowInput) => {
    const dtype = otherThan(input.dtype);
    return trialOf({ ...input, name: `${input.name} to ${dtype}` }, { dtype });
  };
  const special = SPECIAL_INPUTS.flatMap((input) => {
    const once = { ...input, quick: false, plans: DEFAULT_PLAN };
    return [
      mixed(once),
      ...['zero', 'uniform'].map((emptyRow) =>
        trialOf({ ...once, name: `${input.name}, empty rows ${emptyRow}` }, { emptyRow }),
      ),
    ];
  });
  return [...rowTrials(machine), ...MIXED_INPUTS.map(mixed), ...special, ...emptyRowTrials()];
}

/** Every combination of `emptyRow`, axis, input dtype and result dtype, with some empty rows. */
function emptyRowTrials(): Trial[] {
  return FLOAT_TYPES.flatMap((from) =>
    OPTION_AXES.flatMap(({ shape, axis }) => {
      const { rowOf } = rowsIn(shape, axis);
      const x = () => floats(shape, (i) => (rowOf(i) % 3 === 1 ? Number.NEGATIVE_INFINITY : ((i * 5) % 17) / 4 - 2));
      return FLOAT_TYPES.flatMap((dtype) =>
        ['nan', 'zero', 'uniform'].map((emptyRow) => {
          const name = named(`${shape.join(' × ')} along ${axis}, empty rows ${emptyRow}`, from);
          const row = input(name, shape, x, {
            axis,
            plans: DEFAULT_PLAN,
            quick: axis === 1 && emptyRow === 'uniform' && from !== dtype,
          });
          const stored = { ...row, dtype: from, x: () => as(from, row.x()) as Floats };
          return trialOf(from === dtype ? stored : { ...stored, name: `${name} to ${dtype}` }, { emptyRow, dtype });
        }),
      );
    }),
  );
}

/** The results of the forward op on rows, with their gradients, in a few dtypes. */
export function rowGradientTrials(forward: typeof reference.softmax, machine?: Machine): Trial[] {
  const pairOf = (input: RowInput, dy: (shape: readonly number[]) => Floats, ofDy: FloatType = input.dtype): Trial => {
    const { x, axis, shape, dtype, name, plans, quick } = input;
    const y = () =>
      as(
        dtype,
        computed(shape, () => forward(x(), { axis })),
      );
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
    // Gradients at the ends of the f16 range.
    ...SPECIAL_INPUTS.filter(({ dtype }) => dtype === 'f16').map((input) =>
      pairOf({ ...input, name: `${input.name}, large dy`, plans: DEFAULT_PLAN, quick: false }, () => largeDy(input)),
    ),
  ];
}

/** Rows without a softmax have no gradient. A NaN in dy affects only its row. -inf in y is a probability of 0. */
function specialDy({ name, shape, axis }: RowInput): Floats {
  const { rows, rowOf, columnOf } = rowsIn(shape, axis);
  // The second half repeats the rows of the first. There, the dy of the ordinary row has one NaN.
  return map(normal(`${name} dy`, shape), (value, i) =>
    rowOf(i) === rows / 2 && columnOf(i) === 11 ? Number.NaN : value,
  );
}

/** ±65,504, subnormals and values between: the gradient of softmax stays in range, that of log-softmax need not. */
function largeDy({ name, shape }: RowInput): Floats {
  return map(normal(`${name} large dy`, shape), (value, i) => [65504, -65504, 3 * 2 ** -24][i % 4] ?? value);
}

/** For each element, the sum over its row. */
export function rowSums(shape: readonly number[], axis: number, term: (i: number) => number): (i: number) => number {
  const { rows, rowOf } = rowsIn(shape, axis);
  const sums = new Float64Array(rows);
  for (let i = 0; i < sizeOf(shape); i++) sums[rowOf(i)]! += term(i);
  return (i) => sums[rowOf(i)] as number;
}

/** The axis of rows if none is given. */
export const axisIn = ({ axis }: Options): number => (axis as number | undefined) ?? -1;

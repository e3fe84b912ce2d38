import type { DType } from '../core/data.ts';
import { scattered } from './inputs/element_values.ts';
import { operandShape } from './inputs/elementwise.ts';
import { dtypeOf, type HostTensor } from './suite/case.ts';
import { floats } from './suite/data.ts';
import { choice, draws, number, seldom, shape, values } from './suite/draws.ts';
import { COLS, POSITIVE, TABLE } from './suite/gradient.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

const SHAPES = [
  [
    [37, 61],
    [37, 61],
    [37, 61],
  ],
  [[61], [37, 61], []],
  [[37, 1], [], [61]],
  // Each operand repeated in each way: not at all, as one element, by runs of its own length, and otherwise.
  [[], [37, 61], [37, 1]],
  [[37, 64], [64], [37, 64]],
  [[64], [37, 64], [64]],
  [
    [37, 61],
    [37, 1],
    [37, 61],
  ],
  [[37, 61], [61], []],
] as const;
const INTEGERS = seldom(choice<DType>('i32', 'u32'));
const CONDITION = floats(TABLE.shape, (i) => Number(i % 3 > 0));

export const where: OpSpec = {
  name: 'where',
  group: 'elementwise',
  tensors: ['condition', 'a', 'b'],
  args: ({ condition, a, b }) => [condition, a, b],
  dtypes: ({ a }) => dtypeOf(a as HostTensor),
  budget: 0,
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      SHAPES.map(([c, a, b], index) => {
        const name = `[${c}], [${a}] and [${b}]`;
        const condition = floats(c, (i) => [0, 1, -0, Number.NaN, -3][i % 5]!);
        return {
          name: named(name, dtype),
          inputs: {
            condition: as(dtype, condition),
            a: () => scattered(`${name} a`, a, dtype),
            b: () => scattered(`${name} b`, b, dtype),
          },
          dtype,
          quick: index === 0,
          plans: DEFAULT_PLAN,
        };
      }),
    ),
  draws: draws(
    {
      shape: shape(),
      masks: number(2 ** 24 - 1),
      a: values('any'),
      b: values('any'),
      condition: values('any'),
      integers: INTEGERS,
      conditionType: INTEGERS,
    },
    ({ shape, masks, a, b, condition, integers, conditionType }, float) => {
      const operand = (values: typeof a, dtype: DType, at: number) => ({
        shape: operandShape(shape, (masks >> at) & 255),
        values,
        dtype,
      });
      const dtype = integers ?? float;
      return {
        inputs: {
          condition: operand(condition, conditionType ?? float, 16),
          a: operand(a, dtype, 0),
          b: operand(b, dtype, 8),
        },
      };
    },
  ),
  right: {
    inputs: { condition: floats([3], (i) => 1 - (i % 2)), a: floats([3], (i) => i), b: floats([3], (i) => -i) },
    integers: ['condition', 'a', 'b'],
  },
  gradient: {
    trials: [{ of: { a: TABLE, b: { shape: [COLS], ...POSITIVE } }, given: { condition: CONDITION } }],
    steps: [(x, { call, before, constant }) => call('where', constant(CONDITION), x, before)],
  },
};

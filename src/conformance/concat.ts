import type { DType } from '../core/data.ts';
import { numbered, ofFloats } from './inputs/movement.ts';
import { axis, axisOf, choice, draws, list, perhaps, record, shape, values } from './suite/draws.ts';
import { COLS, ROWS, TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

const PARTS = [
  {
    shapes: [
      [3, 61],
      [1, 61],
      [37, 61],
    ],
    axis: 0,
    quick: true,
  },
  {
    shapes: [
      [37, 5],
      [37, 1],
      [37, 60],
    ],
    axis: 1,
  },
  {
    shapes: [
      [2, 3, 4],
      [2, 0, 4],
      [2, 6, 4],
    ],
    axis: -2,
  },
];

export const concat: OpSpec = {
  name: 'concat',
  group: 'movement',
  tensors: [],
  args: (xs, { axis }) => [Object.values(xs), axis],
  budget: 0,
  moves: true,
  trials: () =>
    ofFloats((dtype) =>
      PARTS.map(({ shapes, axis, quick = false }) => ({
        name: `${shapes.map((shape) => `[${shape}]`).join(', ')} along ${axis}`,
        inputs: Object.fromEntries(shapes.map((shape, i) => [`x${i}`, numbered(shape, dtype)])),
        options: { axis },
        quick,
      })),
    ),
  draws: draws(
    {
      shape: shape(1),
      dtype: choice<DType>('f32', 'f16', 'i32', 'u32'),
      values: values('any'),
      more: list(record({ values: values('any'), length: choice(1, 2, 3, 0, 8) }), 0, 3),
      axis: perhaps(axis),
    },
    ({ shape, dtype, values, more, axis: drawn }) => {
      const axis = drawn && axisOf(drawn, shape.length);
      const others = more.map((part, i) => [
        `x${i + 1}`,
        { shape: shape.with(axis ?? 0, part.length), values: part.values, dtype },
      ]);
      return { inputs: { x0: { shape, values, dtype }, ...Object.fromEntries(others) }, options: { axis } };
    },
  ),
  gradient: {
    trials: [{ of: { x0: TABLE, x1: { shape: [ROWS, 2] } }, options: { axis: 1 } }],
    // The columns in another order.
    steps: [
      (x, { call }) =>
        call('concat', [call('slice', x, [0, 2], [ROWS, COLS - 2]), call('slice', x, [0, 0], [ROWS, 2])], 1),
    ],
  },
};

import type { DType } from '../core/data.ts';
import { numbered, ofFloats } from './inputs/movement.ts';
import { floats } from './suite/data.ts';
import { choice, draws, list, number, record, shape, values } from './suite/draws.ts';
import type { OpSpec } from './suite/spec.ts';

const SLICES = [
  { shape: [37, 61], starts: [3, 5], sizes: [11, 50], quick: true },
  { shape: [4099], starts: [1], sizes: [4097] },
  { shape: [5, 6, 7], starts: [1, 0, 2], sizes: [3, 6, 1] },
];

export const slice: OpSpec = {
  name: 'slice',
  group: 'movement',
  tensors: ['x'],
  args: ({ x }, { starts, sizes }) => [x, starts, sizes],
  budget: 0,
  moves: true,
  trials: () =>
    ofFloats((dtype) =>
      SLICES.map(({ shape, starts, sizes, quick = false }) => ({
        name: `[${sizes}] of [${shape}] from [${starts}]`,
        inputs: { x: numbered(shape, dtype) },
        options: { starts, sizes },
        quick,
      })),
    ),
  draws: draws(
    {
      shape: shape(),
      dtype: choice<DType>('f32', 'f16', 'i32', 'u32'),
      values: values('any'),
      box: list(record({ start: number(600), size: number(600) }), 4, 4),
    },
    ({ shape, dtype, values, box }) => {
      const starts = shape.map((length, at) => box[at]!.start % (length + 1));
      const sizes = shape.map((length, at) => box[at]!.size % (length - starts[at]! + 1));
      return { inputs: { x: { shape, values, dtype } }, options: { starts, sizes } };
    },
  ),
  right: {
    inputs: { x: floats([1, 3], (i) => i + 1) },
    options: { starts: [0, 1], sizes: [1, 2] },
    integers: ['x'],
  },
  gradient: { trials: [{ of: { x: { shape: [2, 3, 4] } }, options: { starts: [0, 1, 1], sizes: [2, 2, 3] } }] },
};

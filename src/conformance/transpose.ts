import type { DType } from '../core/data.ts';
import { numbered, ofFloats } from './inputs/movement.ts';
import { floats, integers } from './suite/data.ts';
import { choice, draws, number, shape, values } from './suite/draws.ts';
import { COLS, ROWS } from './suite/gradient.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

const SHAPES = [
  { shape: [37, 61], permutation: undefined, quick: true },
  { shape: [1, 1], permutation: undefined },
  { shape: [64, 128], permutation: [1, 0] },
  { shape: [3, 5, 7, 2], permutation: [2, 0, 3, 1], quick: true },
  { shape: [65537, 3], permutation: [1, 0] },
  { shape: [2, 3, 8], permutation: [1, 0, 2] },
  ...[5, 6, 7, 8].map((rank) => ({ shape: Array.from({ length: rank }, () => 2), permutation: undefined })),
];

/** Turns small numbers into a permutation: each picks one of the remaining axes. */
function permuted(rank: number, seed: number): number[] {
  const left = Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, (_, step) => left.splice((seed >> (2 * step)) % left.length, 1)[0] as number);
}

export const transpose: OpSpec = {
  name: 'transpose',
  group: 'movement',
  tensors: ['x'],
  args: ({ x }, { permutation }) => [x, permutation],
  budget: 0,
  moves: true,
  trials: () => [
    ...ofFloats((dtype) =>
      SHAPES.map(({ shape, permutation, quick = false }) => ({
        name: `[${shape}]${permutation ? ` by [${permutation}]` : ''}`,
        inputs: { x: numbered(shape, dtype) },
        options: { permutation },
        quick,
      })),
    ),
    // Integers are moved unchanged as well. One trial covers all ops that move values.
    {
      name: '[37,61] of i32',
      inputs: { x: integers([37, 61], (i) => (i % 2 === 0 ? 1 : -1) * (2 ** 31 - 1 - i)) },
      quick: true,
      plans: DEFAULT_PLAN,
    },
  ],
  draws: draws(
    {
      shape: shape(),
      dtype: choice<DType>('f32', 'f16', 'i32', 'u32'),
      values: values('any'),
      seed: number(255),
      usual: choice(false, true),
    },
    ({ shape, dtype, values, seed, usual }) => ({
      inputs: { x: { shape, values, dtype } },
      options: { permutation: usual ? undefined : permuted(shape.length, seed) },
    }),
  ),
  right: { inputs: { x: floats([1, 3], (i) => i + 1) }, options: { permutation: [1, 0] }, integers: ['x'] },
  gradient: {
    trials: [{ of: { x: { shape: [2, 3, 4] } }, options: { permutation: [2, 0, 1] } }],
    steps: [(x, { call, reshape }) => reshape(call('transpose', x), [ROWS, COLS])],
  },
};

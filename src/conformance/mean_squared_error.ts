import { REDUCTIONS } from './inputs/element_losses.ts';
import { DIVISION, STEP, TINY } from './suite/budgets.ts';
import { floats, normal } from './suite/data.ts';
import { choice, draws, filled, perhaps, values } from './suite/draws.ts';
import { TABLE, WEIGHTS } from './suite/gradient.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import { ALIGNED_OR_NOT, EVERY_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

export const meanSquaredError: OpSpec = {
  name: 'meanSquaredError',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'loss',
  dtypes: () => 'f32',
  budget: 3 * STEP + DIVISION, // (y - t)²: the difference counts twice
  // A sum of squares.
  floors: () => ({ loss: TINY }),
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      [1, 793, 4097, 262144].flatMap((size) =>
        REDUCTIONS.map((reduction) => ({
          name: named(`${size} ${reduction}`, dtype),
          inputs: {
            x: () => as(dtype, normal(`prediction ${size}`, [size])),
            targets: () => as(dtype, normal(`target ${size}`, [size])),
          },
          options: { reduction },
          dtype,
          quick: size === 793,
          plans: reduction === 'none' ? ALIGNED_OR_NOT : EVERY_PLAN,
        })),
      ),
    ),
  draws: draws(
    { x: filled('any'), targets: values('any'), reduction: perhaps(choice(...REDUCTIONS)) },
    ({ x, targets, reduction }) => ({
      inputs: { x, targets: { shape: x.shape, values: targets } },
      options: { reduction },
    }),
  ),
  right: {
    inputs: { x: floats([2, 3], (i) => i + 1), targets: floats([2, 3], (i) => i + 1) },
    wrong: { reduction: ['average', 1, null] },
  },
  gradient: {
    trials: [
      { of: { x: TABLE, targets: TABLE } },
      { name: 'each element', of: { x: TABLE, targets: TABLE }, options: { reduction: 'none' } },
    ],
    end: (x, { call, constant }) => call('meanSquaredError', x, constant(WEIGHTS)),
  },
};

import { scattered, specials } from './inputs/element_values.ts';
import { STEP, TINY } from './suite/budgets.ts';
import { floats } from './suite/data.ts';
import { choice, draws, filled, perhaps } from './suite/draws.ts';
import { TABLE } from './suite/gradient.ts';
import { FLOAT_TYPES, named } from './suite/half.ts';
import { ALIGNED_OR_NOT } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

/** The choice of dropped elements is exact, for every word of a counter. */
export const dropout: OpSpec = {
  name: 'dropout',
  group: 'elementwise',
  tensors: ['x'],
  budget: STEP,
  floors: () => ({ y: TINY }),
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) => [
      {
        name: named('special values', dtype),
        inputs: { x: specials(dtype, (size) => [size]) },
        options: { rate: 0.5, seed: 1 },
        ...{ dtype, quick: true, plans: ALIGNED_OR_NOT },
      },
      {
        name: named('[65537], a late step of a large seed', dtype),
        inputs: { x: () => scattered('dropped', [65537], dtype) },
        options: { rate: 0.1, seed: 2 ** 52 + 12345, step: 2 ** 33 + 7, stream: 3 },
        ...{ dtype, plans: ALIGNED_OR_NOT },
      },
    ]),
  draws: draws(
    {
      x: filled('any'),
      rate: choice(0.5, 0, 0.1, 0.999),
      seed: choice(1, 0, 2 ** 52 + 12345),
      step: perhaps(choice(0, 1, 2 ** 33 + 7)),
      stream: perhaps(choice(0, 3, 2 ** 32 - 1)),
    },
    ({ x, ...options }) => ({ inputs: { x }, options }),
  ),
  right: {
    inputs: { x: floats([3], (i) => i + 1) },
    options: { rate: 0.5, seed: 1, step: 2, stream: 3 },
    anyShape: ['x'],
    wrong: {
      rate: [-0.1, 1, Number.NaN, '0', undefined],
      seed: [-1, 0.5, 2 ** 53, '1', undefined],
      step: [-1, 0.5, 2 ** 53, '1'],
      stream: [-1, 0.5, 2 ** 32, '1'],
    },
  },
  gradient: { trials: [{ of: { x: TABLE }, options: { rate: 0.3, seed: 7 } }] },
};

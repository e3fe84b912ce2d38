import { TARGETS_RIGHT } from './inputs/class_loss_calls.ts';
import { lossDraws } from './inputs/class_loss_draws.ts';
import { DIVISION } from './suite/budgets.ts';
import { distributions, labels, normal, rowsIn } from './suite/data.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

const SHAPES = [
  { shape: [1, 1], axis: 1 },
  { shape: [37, 61], axis: 1 },
  { shape: [4097, 7], axis: 1 },
  { shape: [3, 61, 7], axis: 1 },
  { shape: [61, 37], axis: 0 },
];

export const classificationError: OpSpec = {
  name: 'classificationError',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'error',
  dtypes: () => 'f32',
  budget: DIVISION,
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      SHAPES.flatMap(({ shape, axis }) => {
        const { rowShape, cols } = rowsIn(shape, axis);
        const kinds = {
          labels: () => labels(`right ${shape}`, rowShape, cols),
          probabilities: () => as(dtype, distributions(`right ${shape}`, shape, axis)),
        };
        return Object.entries(kinds).map(([kind, targets]) => ({
          name: named(`${shape.join(' × ')} along ${axis}, ${kind}`, dtype),
          inputs: { x: () => as(dtype, normal(`scores ${shape}`, shape)), targets },
          options: { axis },
          dtype,
          quick: shape[0] === 37,
          plans: DEFAULT_PLAN,
        }));
      }),
    ),
  draws: lossDraws({ x: 'any', counts: false }),
  right: { ...TARGETS_RIGHT, wrong: { axis: [4, -5] } },
  gradient: 'none',
};

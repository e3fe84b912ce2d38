import { ofReductions, REDUCTION_RIGHT, reductionDraws, reductionTrials } from './inputs/reductions.ts';
import { randomFor } from './suite/data.ts';
import { TABLE } from './suite/gradient.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec, Trial } from './suite/spec.ts';

/** The largest of integers. */
const integerTrials = (): Trial[] =>
  (['i32', 'u32'] as const).map((dtype) => ({
    name: `[5,257] of ${dtype}`,
    inputs: {
      x: () => {
        const random = randomFor(`max of ${dtype}`);
        const type = dtype === 'i32' ? Int32Array : Uint32Array;
        return { shape: [5, 257], data: type.from(Array.from({ length: 1285 }, () => random.bits())) };
      },
    },
    options: { axis: -1 },
    plans: DEFAULT_PLAN,
  }));

export const max: OpSpec = {
  name: 'max',
  group: 'products and sums',
  tensors: ['x'],
  budget: 0,
  trials: (machine) => [...reductionTrials(machine), ...integerTrials()],
  draws: reductionDraws({ least: 1, integers: true }),
  right: { ...REDUCTION_RIGHT, integers: ['x'] },
  gradient: {
    trials: [...ofReductions.trials, { name: 'all', of: { x: TABLE } }],
    steps: [(x, { call }) => call('add', x, call('max', x, { axis: 1, keepDims: true }))],
  },
  special: { formula: 'max[x, 1, 0]', rest: [1, 0] },
};

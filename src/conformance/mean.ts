import * as reference from '../reference/index.ts';
import { ofReductions, REDUCTION_RIGHT, reductionDraws, reductionTrials } from './inputs/reductions.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { DIVISION, VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

export const mean: OpSpec = {
  name: 'mean',
  group: 'products and sums',
  tensors: ['x'],
  budget: VECTOR_SUM + DIVISION,
  // Σ|x|/n
  floors: ({ x }, options) => ({ y: reference.mean(finiteSizes(x as HostTensor), options).data }),
  peaks: ({ x }, options) => ({ y: reference.sum(finiteSizes(x as HostTensor), options).data }),
  // A mean is planned as a sum, so it has no place in the quick form.
  trials: (machine) => reductionTrials(machine).map((trial) => ({ ...trial, quick: false, plans: DEFAULT_PLAN })),
  draws: reductionDraws(),
  right: REDUCTION_RIGHT,
  gradient: {
    trials: [...ofReductions.trials, { name: 'two axes', of: { x: { shape: [2, 3, 4] } }, options: { axis: [0, 2] } }],
    steps: [(x, { call }) => call('subtract', x, call('mean', x, { axis: 0, keepDims: true }))],
  },
  special: { formula: 'mean[x, 1, 0]', rest: [1, 0] },
};

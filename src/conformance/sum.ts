import * as reference from '../reference/index.ts';
import { ofReductions, REDUCTION_RIGHT, reductionDraws, reductionTrials } from './inputs/reductions.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { WEIGHTS } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const sum: OpSpec = {
  name: 'sum',
  group: 'products and sums',
  tensors: ['x'],
  budget: VECTOR_SUM,
  // Σ|x|
  floors: ({ x }, options) => ({ y: reference.sum(finiteSizes(x as HostTensor), options).data }),
  peaks: ({ x }, options) => ({ y: reference.sum(finiteSizes(x as HostTensor), options).data }),
  trials: reductionTrials,
  draws: reductionDraws(),
  right: REDUCTION_RIGHT,
  gradient: { ...ofReductions, end: (x, { call, constant }) => call('sum', call('multiply', x, constant(WEIGHTS))) },
  special: { formula: 'sum[x, 1, 0]', rest: [1, 0] },
};

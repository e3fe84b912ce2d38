import * as reference from '../reference/index.ts';
import {
  BACKWARD_RIGHT,
  backwardDraws,
  backwardGradient,
  DTYPES,
  normalizingDraws,
  ofRows,
  ROW_RIGHT,
} from './inputs/row_calls.ts';
import { axisIn, normalizingTrials, rowGradientTrials, rowSums } from './inputs/row_trials.ts';
import { EXP, STEP, SURPRISE, TINY, VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import type { OpSpec } from './suite/spec.ts';

export const logSoftmax: OpSpec = {
  name: 'logSoftmax',
  group: 'rows',
  tensors: ['x'],
  dtypes: DTYPES,
  budget: SURPRISE,
  // The relative error of the sum S is the absolute error of log S.
  floors: () => ({ y: 1 }),
  trials: normalizingTrials,
  draws: normalizingDraws,
  right: { ...ROW_RIGHT, wrong: { ...ROW_RIGHT.wrong, emptyRow: ['one'], dtype: ['u32', 'f64'] } },
  gradient: { ...ofRows, steps: [(x, { call }) => call('logSoftmax', x)] },
  special: { formula: 'logSoftmax[x, 1, 0]', rest: [1, 0] },
};

export const logSoftmaxBackward: OpSpec = {
  name: 'logSoftmaxBackward',
  group: 'rows',
  tensors: ['y', 'dy'],
  result: 'dx',
  budget: EXP + VECTOR_SUM + 2 * STEP, // dy - exp(y)·Σdy
  // The magnitudes of the terms of the difference and of those of its sum.
  floors: ({ y, dy }, options) => {
    const [logP, d] = [y as HostTensor, dy as HostTensor];
    const sums = rowSums(logP.shape, axisIn(options), (i) => Math.abs(d.data[i]!));
    return {
      dx: Float64Array.from(logP.data, (value, i) => Math.max(TINY, Math.abs(d.data[i]!) + Math.exp(value) * sums(i))),
    };
  },
  trials: (machine) => rowGradientTrials(reference.logSoftmax, machine),
  draws: backwardDraws('logProbability'),
  right: BACKWARD_RIGHT,
  gradient: backwardGradient,
};

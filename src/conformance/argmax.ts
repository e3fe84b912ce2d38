import { foldingDraws, ROW_RIGHT } from './inputs/row_calls.ts';
import { rowTrials } from './inputs/row_trials.ts';
import type { OpSpec } from './suite/spec.ts';

export const argmax: OpSpec = {
  name: 'argmax',
  group: 'rows',
  tensors: ['x'],
  dtypes: () => 'u32',
  budget: 0,
  trials: rowTrials,
  draws: foldingDraws({ keepDims: true, least: 1 }),
  right: ROW_RIGHT,
  gradient: 'none',
  special: { formula: 'argmax[x, 1, 0]', rest: [1, 0] },
};

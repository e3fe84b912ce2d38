import { foldingDraws, ROW_RIGHT } from './inputs/row_calls.ts';
import { rowTrials } from './inputs/row_trials.ts';
import type { OpSpec } from './suite/spec.ts';

export const hardmax: OpSpec = {
  name: 'hardmax',
  group: 'rows',
  tensors: ['x'],
  budget: 0,
  trials: rowTrials,
  draws: foldingDraws({}),
  right: ROW_RIGHT,
  gradient: 'none',
  special: { formula: 'hardmax[x, 1, 0]', rest: [1, 0] },
};

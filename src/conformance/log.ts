import { unary } from './inputs/elementwise.ts';
import { LOG } from './suite/budgets.ts';
import { POSITIVE, TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const log: OpSpec = unary({
  name: 'log',
  budget: LOG,
  gradient: {
    trials: [{ of: { x: { ...TABLE, ...POSITIVE } } }],
    steps: [(x, { call, positive }) => call('log', call('add', positive(x), positive(x)))],
  },
});

import { unary } from './inputs/elementwise.ts';
import { SQRT } from './suite/budgets.ts';
import { POSITIVE, TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const sqrt: OpSpec = unary({
  name: 'sqrt',
  budget: SQRT,
  gradient: {
    trials: [{ of: { x: { ...TABLE, ...POSITIVE } } }],
    steps: [(x, { call, positive }) => call('sqrt', positive(x))],
  },
});

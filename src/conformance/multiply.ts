import { binary } from './inputs/elementwise.ts';
import { STEP } from './suite/budgets.ts';
import { COLS, POSITIVE, ROWS, TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const multiply: OpSpec = binary({
  name: 'multiply',
  budget: STEP,
  integers: (a, b) => a * b,
  gradient: {
    trials: [
      { name: 'by a scalar', of: { a: TABLE, b: { shape: [], ...POSITIVE } } },
      { name: 'both repeated', of: { a: { shape: [ROWS, 1] }, b: { shape: [1, COLS], ...POSITIVE } } },
    ],
    steps: [
      (x, { call, before }) => call('multiply', call('tanh', x), before),
      (x, { call, parameters }) => call('multiply', x, parameters.scale),
    ],
  },
  special: { formula: 'x · 0', partner: 0 },
});

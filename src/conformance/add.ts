import { binary, ofTwo } from './inputs/elementwise.ts';
import { STEP } from './suite/budgets.ts';
import { COLS } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

const gradient = ofTwo('add', [COLS]);

export const add: OpSpec = binary({
  name: 'add',
  budget: STEP,
  integers: (a, b) => a + b,
  gradient: {
    ...gradient,
    steps: [...(gradient.steps ?? []), (x, { call, parameters }) => call('add', x, parameters.bias)],
  },
  special: { formula: 'x + ∞', partner: Number.POSITIVE_INFINITY },
});

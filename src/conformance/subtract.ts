import { binary, ofTwo } from './inputs/elementwise.ts';
import { STEP } from './suite/budgets.ts';
import { ROWS } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const subtract: OpSpec = binary({
  name: 'subtract',
  budget: STEP,
  integers: (a, b) => a - b,
  gradient: ofTwo('subtract', [ROWS, 1]),
  special: { formula: 'x − ∞', partner: Number.POSITIVE_INFINITY },
});

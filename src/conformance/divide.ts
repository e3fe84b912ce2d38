import { binary, ofTwo } from './inputs/elementwise.ts';
import { DIVISION } from './suite/budgets.ts';
import { COLS } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const divide: OpSpec = binary({
  name: 'divide',
  budget: DIVISION,
  gradient: {
    ...ofTwo('divide', [COLS]),
    steps: [(x, { call, before, positive }) => call('divide', x, positive(before))],
  },
  special: { formula: 'x ÷ 0', partner: 0 },
});

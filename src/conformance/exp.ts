import { unary } from './inputs/elementwise.ts';
import { EXP } from './suite/budgets.ts';
import { TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const exp: OpSpec = unary({
  name: 'exp',
  budget: EXP,
  gradient: { trials: [{ of: { x: TABLE } }], steps: [(x, { positive }) => positive(x)] },
});

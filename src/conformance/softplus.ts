import { slope, unary } from './inputs/elementwise.ts';
import { DIVISION, EXP, LOG, STEP } from './suite/budgets.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const softplus: OpSpec = unary({
  name: 'softplus',
  budget: EXP + LOG + STEP, // max(x, 0) + log1p(exp(-|x|))
  gradient: ofOne('softplus'),
});

// dy·h·(h / (1 + h²)), h = exp(x/2)
export const softplusBackward: OpSpec = slope({ name: 'softplusBackward', budget: 2 * EXP + DIVISION + 3 * STEP }, 'x');

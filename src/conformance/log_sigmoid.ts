import { slope, unary } from './inputs/elementwise.ts';
import { DIVISION, EXP, LOG, STEP } from './suite/budgets.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const logSigmoid: OpSpec = unary({
  name: 'logSigmoid',
  budget: EXP + LOG + STEP, // min(x, 0) - log1p(exp(-|x|))
  gradient: ofOne('logSigmoid'),
});

export const logSigmoidBackward: OpSpec = slope(
  { name: 'logSigmoidBackward', budget: 2 * EXP + DIVISION + 3 * STEP }, // dy·h·(h / (1 + h²)), h = exp(-x/2)
  'x',
);

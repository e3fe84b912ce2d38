import { slope, unary } from './inputs/elementwise.ts';
import { DIVISION, EXP, SECH, STEP } from './suite/budgets.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const tanh: OpSpec = unary({
  name: 'tanh',
  budget: EXP + 2 * STEP + DIVISION, // (1 - e) / (1 + e)
  gradient: ofOne('tanh'),
});

// dy·sech·sech
export const tanhBackward: OpSpec = slope({ name: 'tanhBackward', budget: 2 * (SECH + STEP) }, 'x');

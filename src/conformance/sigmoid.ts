import { slope, unary } from './inputs/elementwise.ts';
import { SECH, SIGMOID, STEP } from './suite/budgets.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const sigmoid: OpSpec = unary({ name: 'sigmoid', budget: SIGMOID, gradient: ofOne('sigmoid') });

// dy·sech·sech
export const sigmoidBackward: OpSpec = slope({ name: 'sigmoidBackward', budget: 2 * (SECH + STEP) }, 'x');

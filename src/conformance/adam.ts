import { optimizer } from './inputs/trainings.ts';
import { DIVISION, SQRT, STEP } from './suite/budgets.ts';
import type { OpSpec } from './suite/spec.ts';

const BUDGET = SQRT + DIVISION + 4 * STEP; // the clipping factor of g cancels in m/√v

export const adam: OpSpec = optimizer('adam', BUDGET);

export const adamw: OpSpec = optimizer('adamw', BUDGET);

import { optimizer } from './inputs/trainings.ts';
import { STEP } from './suite/budgets.ts';
import { choice, perhaps } from './suite/draws.ts';
import type { OpSpec } from './suite/spec.ts';

// p - η·(μ·b + g)
export const sgd: OpSpec = optimizer('sgd', 3 * STEP, { momentum: perhaps(choice(0.9, 0.5)) });

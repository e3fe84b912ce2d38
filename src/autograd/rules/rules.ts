import { BATCH_NORM } from './batch_norm.ts';
import { CONVOLUTION } from './convolution.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { LOSSES } from './losses.ts';
import { MOVEMENT } from './movement.ts';
import { POOLING } from './pooling.ts';
import { ROWS } from './rows.ts';
import type { Rule } from './rule.ts';
import { SUMS } from './sums.ts';

/** How gradients go back, by the op's name. An op that is not here has no gradient. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...ELEMENTWISE,
  ...ROWS,
  ...LOSSES,
  ...BATCH_NORM,
  ...CONVOLUTION,
  ...MOVEMENT,
  ...POOLING,
  ...SUMS,
};

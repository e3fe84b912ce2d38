import fc from 'fast-check';
import type { Call, Op } from './call.ts';
import { BATCH_NORM } from './specs/batch_norm.ts';
import { batchNormCalls } from './specs/batch_norm_calls.ts';
import { CLASS_LOSSES, classLossCalls } from './specs/class_losses.ts';
import { ELEMENTWISE, elementwiseCalls } from './specs/elementwise.ts';
import { ENTRY_LOSSES, entryLossCalls } from './specs/entry_losses.ts';
import { MOVEMENT, movementCalls } from './specs/movement.ts';
import { PRODUCTS_AND_SUMS, productAndSumCalls } from './specs/products_and_sums.ts';
import { ROWS, rowCalls } from './specs/rows.ts';
import { WINDOWS, windowCalls } from './specs/windows.ts';

/** Every op by its public name. */
export const OPS: Readonly<Record<string, Op>> = {
  ...ROWS,
  ...CLASS_LOSSES,
  ...ENTRY_LOSSES,
  ...BATCH_NORM,
  ...ELEMENTWISE,
  ...MOVEMENT,
  ...PRODUCTS_AND_SUMS,
  ...WINDOWS,
};

/** Draws a call that is right. */
export const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 5, arbitrary: rowCalls },
  { weight: 5, arbitrary: classLossCalls },
  { weight: 2, arbitrary: entryLossCalls },
  { weight: 4, arbitrary: batchNormCalls },
  { weight: 3, arbitrary: elementwiseCalls },
  { weight: 3, arbitrary: movementCalls },
  { weight: 3, arbitrary: productAndSumCalls },
  { weight: 2, arbitrary: windowCalls },
);

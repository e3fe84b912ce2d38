import type { Machine } from '../../plan/machine.ts';
import type { Case } from '../suite/case.ts';
import { batchNormCases } from './batch_norm.ts';
import { BATCH_INPUTS, plannedBatches } from './batch_norm_inputs.ts';
import { classLossCases } from './class_loss_inputs.ts';
import { convolutionCases } from './convolutions.ts';
import { elementwiseCases } from './elementwise.ts';
import { entryLossCases } from './entry_losses.ts';
import { movementCases } from './movement.ts';
import { optimizerCases } from './optimizers.ts';
import { poolingCases } from './pooling.ts';
import { productAndSumCases } from './products_and_sums.ts';
import { rowGradientCases } from './row_gradients.ts';
import { MIXED_INPUTS, plannedRows, ROW_INPUTS, STRIDED_INPUTS } from './row_inputs.ts';
import { rowCases } from './rows.ts';

/**
 * Every case there is; the quick ones are marked. With a machine also a shape for each plan that it can return. Inputs
 * are made when they are first used.
 */
export function allCases(machine?: Machine): Case[] {
  const rows = [...ROW_INPUTS, ...STRIDED_INPUTS, ...(machine ? plannedRows(machine) : [])];
  return [
    ...rowCases(rows, MIXED_INPUTS),
    ...rowGradientCases(rows, MIXED_INPUTS),
    ...classLossCases(rows, MIXED_INPUTS),
    ...entryLossCases(),
    ...batchNormCases([...BATCH_INPUTS, ...(machine ? plannedBatches(machine) : [])]),
    ...elementwiseCases(),
    ...productAndSumCases(machine),
    ...convolutionCases(),
    ...movementCases(),
    ...poolingCases(),
    ...optimizerCases(),
  ];
}

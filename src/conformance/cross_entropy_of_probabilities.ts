import { LABELS, LOSS_RIGHT, POSITIVE_TABLE } from './inputs/class_loss_calls.ts';
import { lossDraws } from './inputs/class_loss_draws.ts';
import { combinedLosses, ignoredLosses } from './inputs/class_loss_options.ts';
import { probabilityLosses, trialOf } from './inputs/class_losses.ts';
import { DIVISION, LOG, STEP, TINY } from './suite/budgets.ts';
import type { OpSpec } from './suite/spec.ts';

export const crossEntropyOfProbabilities: OpSpec = {
  name: 'crossEntropyOfProbabilities',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'loss',
  dtypes: () => 'f32',
  budget: LOG + STEP + DIVISION,
  // All terms are at least 0, so nothing cancels.
  floors: () => ({ loss: TINY }),
  trials: (machine) =>
    [...probabilityLosses(machine), ...combinedLosses('probabilities'), ...ignoredLosses('probabilities')].map(
      (input) => trialOf(input),
    ),
  draws: lossDraws({ x: 'probability' }),
  right: LOSS_RIGHT,
  gradient: { trials: [{ of: { x: POSITIVE_TABLE }, given: { targets: LABELS } }] },
};

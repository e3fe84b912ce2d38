import { LABELS, LOSS_RIGHT, UPSTREAM_RIGHT } from './inputs/class_loss_calls.ts';
import { lossDraws } from './inputs/class_loss_draws.ts';
import { combinedLosses, combinedWithUpstream, ignoredLosses } from './inputs/class_loss_options.ts';
import { lossSizes } from './inputs/class_loss_sizes.ts';
import { logProbabilityLosses, trialOf } from './inputs/class_losses.ts';
import { DIVISION, STEP, TINY } from './suite/budgets.ts';
import { TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const nllLoss: OpSpec = {
  name: 'nllLoss',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'loss',
  dtypes: () => 'f32',
  budget: STEP + DIVISION,
  // Log-probabilities may have either sign, like other numbers. An empty mean has no magnitude.
  floors: (inputs, options) => ({
    loss: lossSizes(inputs, options, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)).map((size) =>
      size > TINY ? size : TINY,
    ),
  }),
  trials: (machine) =>
    [...logProbabilityLosses(machine), ...combinedLosses('logProbabilities'), ...ignoredLosses('logits')].map((input) =>
      trialOf(input),
    ),
  draws: lossDraws({ x: 'logProbability' }),
  right: LOSS_RIGHT,
  gradient: { trials: [{ of: { x: TABLE }, given: { targets: LABELS } }] },
};

export const nllLossBackward: OpSpec = {
  name: 'nllLossBackward',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'gradient',
  budget: STEP + DIVISION,
  floors: () => ({ gradient: TINY }),
  trials: (machine) =>
    [
      ...logProbabilityLosses(machine),
      ...combinedLosses('logProbabilities'),
      ...combinedWithUpstream('logProbabilities'),
      ...ignoredLosses('logits'),
    ].map((input) => trialOf(input)),
  draws: lossDraws({ x: 'logProbability', upstream: true }),
  right: UPSTREAM_RIGHT,
  gradient: 'none',
};

import { LABELS, LOSS_RIGHT, PROBABILITIES, UPSTREAM_RIGHT } from './inputs/class_loss_calls.ts';
import { lossDraws } from './inputs/class_loss_draws.ts';
import { combinedLosses, combinedWithUpstream, ignoredLosses } from './inputs/class_loss_options.ts';
import { gradientSizes, hardLabelLimit, lossWeights } from './inputs/class_loss_sizes.ts';
import { logitLosses, scaledTrials, trialOf } from './inputs/class_losses.ts';
import { DIVISION, PROBABILITY, SURPRISE } from './suite/budgets.ts';
import { dtypeOf, type HostInputs, type HostTensor, type Options } from './suite/case.ts';
import { COLS, TABLE } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

/** The bound for hard labels, which halves cannot meet. */
const gradientLimit = (inputs: HostInputs, options: Options) =>
  dtypeOf(inputs.x as HostTensor) === 'f16' ? [] : hardLabelLimit(inputs, options);

export const crossEntropy: OpSpec = {
  name: 'crossEntropy',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'loss',
  dtypes: () => 'f32',
  budget: SURPRISE + DIVISION,
  floors: (inputs, options) => ({ loss: lossWeights(inputs, options) }),
  limits: (inputs, options) => ({ loss: hardLabelLimit(inputs, options) }),
  trials: (machine) =>
    [...logitLosses(machine), ...combinedLosses('logits'), ...ignoredLosses('logits')].map((input) => trialOf(input)),
  draws: lossDraws({ x: 'any' }),
  right: LOSS_RIGHT,
  gradient: {
    trials: [
      { name: 'labels', of: { x: TABLE }, given: { targets: LABELS } },
      { name: 'each row', of: { x: TABLE }, given: { targets: LABELS }, options: { reduction: 'none' } },
      { name: 'probabilities', of: { x: TABLE }, given: { targets: PROBABILITIES } },
      {
        name: 'summed, smoothed, weighted, one ignored',
        of: { x: TABLE },
        given: { targets: LABELS, weight: { shape: [COLS], low: 0.5, high: 2 } },
        options: { reduction: 'sum', labelSmoothing: 0.1, ignoreIndex: 0 },
      },
      {
        name: 'planes',
        of: { x: { shape: [2, 3, 4] } },
        given: { targets: { shape: [2, 4], data: Int32Array.of(0, 2, 1, 1, 2, 0, 0, 1) } },
      },
    ],
    end: (x, { call, constant }) => call('crossEntropy', x, constant(LABELS)),
  },
};

export const crossEntropyBackward: OpSpec = {
  name: 'crossEntropyBackward',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'gradient',
  budget: PROBABILITY + DIVISION,
  floors: (inputs, options, { gradient }) => ({ gradient: gradientSizes(inputs, options, gradient as Float64Array) }),
  limits: (inputs, options) => ({ gradient: gradientLimit(inputs, options) }),
  trials: (machine) =>
    [...logitLosses(machine), ...combinedLosses('logits'), ...combinedWithUpstream('logits')].map((input) =>
      trialOf(input),
    ),
  draws: lossDraws({ x: 'any', upstream: true }),
  right: UPSTREAM_RIGHT,
  gradient: 'none',
};

export const crossEntropyWithGradient: OpSpec = {
  name: 'crossEntropyWithGradient',
  group: 'losses',
  tensors: ['x', 'targets'],
  dtypes: ({ x }) => ({ loss: 'f32', gradient: dtypeOf(x as HostTensor) }),
  budget: { loss: SURPRISE + DIVISION, gradient: PROBABILITY + DIVISION },
  floors: (inputs, options, { gradient }) => ({
    loss: lossWeights(inputs, options),
    gradient: gradientSizes(inputs, options, gradient as Float64Array),
  }),
  limits: (inputs, options) => ({
    loss: hardLabelLimit(inputs, options),
    gradient: gradientLimit(inputs, options),
  }),
  trials: (machine) => [
    ...[...logitLosses(machine), ...combinedLosses('logits'), ...ignoredLosses('logits')].map((input) =>
      trialOf(input),
    ),
    ...combinedLosses('logits').flatMap((input) => [
      trialOf({ ...input, quick: false, name: `${input.name}, in place` }, { inPlace: true }),
      // `scale` is a parameter, so the place of the gradient does not matter.
      trialOf({ ...input, quick: false, name: `${input.name}, scale 1024` }, { scale: 1024 }),
    ]),
    ...scaledTrials(),
  ],
  draws: lossDraws({ x: 'any', inPlace: true }),
  right: { ...LOSS_RIGHT, wrong: { ...LOSS_RIGHT.wrong, scale: [Number.NaN, Number.POSITIVE_INFINITY, '1'] } },
  gradient: {
    trials: [
      {
        of: { x: TABLE },
        given: { targets: LABELS },
        options: { reduction: 'none', scale: 4 },
        results: ['loss'],
      },
    ],
  },
  writes: ({ inPlace }) => (inPlace ? ['x'] : []),
};

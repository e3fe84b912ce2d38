import { BATCH_RIGHT, CHANNELS, EPSILONS } from './inputs/batch_calls.ts';
import { batchDraws } from './inputs/batch_draws.ts';
import { batchInputs, trainingOf, trialOf } from './inputs/batches.ts';
import { affineSizes, meanFloor, pick, sizeAt } from './inputs/channels.ts';
import { byReference, onBackend, plainXHat } from './inputs/training.ts';
import { DIVISION, STEP, X_HAT } from './suite/budgets.ts';
import { dtypeOf, type HostInputs, type HostTensor, type Options } from './suite/case.ts';
import { within } from './suite/limits.ts';
import type { OpSpec } from './suite/spec.ts';

const sizesOf = (inputs: HostInputs, options: Options) => affineSizes(inputs, options, plainXHat(inputs, options));

export const batchNormTrain: OpSpec = {
  name: 'batchNormTrain',
  group: 'batch-norm',
  tensors: ['x'],
  dtypes: (inputs) => ({
    ...Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, dtypeOf(x)])),
    y: dtypeOf(inputs.x as HostTensor),
  }),
  run: (inputs, options) => ({
    y: onBackend(inputs, options).y,
    ...pick(inputs, 'runningMean', 'runningVariance'),
  }),
  compute: (library, inputs, options) => {
    const { y, running } = byReference(library, inputs, options);
    return { y, ...running };
  },
  budget: {
    y: X_HAT + 2 * STEP, // x̂·γ + β
    runningMean: DIVISION + 2 * STEP, // keep·running + weight·mean
    runningVariance: DIVISION + 2 * STEP,
  },
  floors: (inputs, options) => {
    const { x, other, runningMean } = inputs;
    const { momentum = 0.1 } = options as { momentum?: number };
    const means = meanFloor(other ?? (x as HostTensor), options);
    return {
      y: sizesOf(inputs, options),
      runningMean: means.map((mean, c) => momentum * mean + (1 - momentum) * sizeAt(runningMean, c, 0)),
    };
  },
  limits: (inputs, options) => {
    if (dtypeOf(inputs.x as HostTensor) === 'f16') return {};
    const sizes = sizesOf(inputs, options);
    return { y: [within('1e-6·((1 + |x̂|)·|γ| + |β|)', (_, i) => 1e-6 * sizes[i]!)] };
  },
  trials: (machine) => batchInputs(machine).map((input) => ({ ...trialOf(input), ...trainingOf(input) })),
  draws: batchDraws(
    ({ x, gamma, beta, runningMean, runningVariance, other, channelAxis, momentum, epsilon, runningVarianceKind }) => ({
      inputs: { x, gamma, beta, runningMean, runningVariance, other },
      options: { channelAxis, epsilon, momentum, runningVarianceKind },
    }),
  ),
  right: {
    ...BATCH_RIGHT,
    inputs: {
      ...BATCH_RIGHT.inputs,
      ...{ gamma: CHANNELS, beta: CHANNELS, runningMean: CHANNELS, runningVariance: CHANNELS },
    },
    wrong: {
      ...BATCH_RIGHT.wrong,
      epsilon: EPSILONS,
      momentum: [-0.1, 1.5, Number.NaN, '0'],
      runningVarianceKind: ['sample', 1],
    },
  },
  gradient: {
    trials: ['none', 'relu'].map((activation) => ({
      name: activation,
      of: { x: { shape: [5, 3, 4] }, gamma: { shape: [3], low: 0.5, high: 2 }, beta: { shape: [3] } },
      options: { activation },
      results: ['y'],
    })),
  },
  writes: () => ['runningMean', 'runningVariance'],
};

import * as reference from '../reference/index.ts';
import { BATCH_RIGHT, CHANNELS, EPSILONS } from './inputs/batch_calls.ts';
import { batchDraws } from './inputs/batch_draws.ts';
import { batchInputs, channelsIn, trainingOf, trialOf } from './inputs/batches.ts';
import { affineSizes, pick } from './inputs/channels.ts';
import { STEP, X_HAT } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { normal, uniform } from './suite/data.ts';
import { as } from './suite/half.ts';
import type { OpSpec } from './suite/spec.ts';

export const batchNormInference: OpSpec = {
  name: 'batchNormInference',
  group: 'batch-norm',
  tensors: ['x'],
  budget: X_HAT + 2 * STEP,
  floors: (inputs, options) => {
    const { x, mean, variance } = inputs as Readonly<Record<'x' | 'mean' | 'variance', HostTensor>>;
    const plain = { ...options, activation: 'none', mean, variance } as const;
    return { y: affineSizes(inputs, options, reference.batchNormInference(x, plain).data) };
  },
  trials: (machine) =>
    batchInputs(machine).map((input) => {
      const { inputs, options } = trainingOf(input);
      const { name, dtype, channelAxis } = input;
      const channels = [channelsIn(input)];
      return {
        ...trialOf(input),
        inputs: {
          ...pick(inputs, 'x', 'gamma', 'beta'),
          mean: () => as(dtype, normal(`${name} mean`, channels)),
          variance: () => as(dtype, uniform(`${name} variance`, channels, 0.5, 2)),
        },
        options: { channelAxis, activation: options?.activation },
      };
    }),
  draws: batchDraws(({ x, mean, variance, gamma, beta, channelAxis, epsilon }) => ({
    inputs: { x, mean, variance, gamma, beta },
    options: { channelAxis, epsilon },
  })),
  right: {
    ...BATCH_RIGHT,
    inputs: { ...BATCH_RIGHT.inputs, mean: CHANNELS, variance: CHANNELS, gamma: CHANNELS, beta: CHANNELS },
    wrong: { ...BATCH_RIGHT.wrong, epsilon: EPSILONS },
  },
  gradient: {
    trials: ['none', 'relu'].map((activation) => ({
      name: `${activation}, channels last`,
      of: { x: { shape: [5, 3] }, gamma: { shape: [3], low: 0.5, high: 2 }, beta: { shape: [3] } },
      given: { mean: { shape: [3] }, variance: { shape: [3], low: 0.5, high: 2 } },
      options: { activation, channelAxis: -1 },
    })),
  },
};

import type { Tensor } from '../core/tensor.ts';
import * as ops from '../index.ts';
import * as reference from '../reference/index.ts';
import { batchDraws } from './inputs/batch_draws.ts';
import { batchInputs, trainingOf, trialOf } from './inputs/batches.ts';
import { channelsOf, pick, sizeAt } from './inputs/channels.ts';
import { byReference, onBackend, plainXHat } from './inputs/training.ts';
import { STEP, VECTOR_SUM, X_HAT } from './suite/budgets.ts';
import { dtypeOf, type HostInputs, type HostTensor, type Options } from './suite/case.ts';
import { normal } from './suite/data.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import type { OpSpec } from './suite/spec.ts';

/** The options of training that the gradient takes as well. */
const toldAgain = (options: Options): Options => pick(options, 'channelAxis', 'activation');

/**
 * dx = γ·rstd·(dy - (dβ + x̂·dγ)/n): the magnitudes of the terms and of those of the sums. x̂ has an error of 1 ulp of 1.
 */
function sizesOf(inputs: HostInputs, options: Options) {
  const { x, dy, gamma } = inputs as Readonly<Record<'x' | 'dy', HostTensor>> & { gamma?: HostTensor };
  const { saved } = byReference(reference, pick(inputs, 'x', 'other'), options);
  const sizes = plainXHat(inputs, options).map((value) => 1 + Math.abs(value));
  const { channel, means } = channelsOf(x, options);
  const size = (i: number) => Math.abs(dy.data[i]!);
  const meanDy = means(size);
  const meanDyXHat = means((i) => size(i) * sizes[i]!);
  const dx = sizes.map((xHat, i) => {
    const c = channel(i);
    return sizeAt(gamma, c, 1) * saved.rstd.data[c]! * (size(i) + meanDy[c]! + xHat * meanDyXHat[c]!);
  });
  const times = (mean: number) => mean * saved.count;
  return { dx, dGamma: meanDyXHat.map(times), dBeta: meanDy.map(times) };
}

export const batchNormBackward: OpSpec = {
  name: 'batchNormBackward',
  group: 'batch-norm',
  tensors: ['x', 'dy'],
  dtypes: ({ x, gamma }) => {
    const ofGamma = gamma ? dtypeOf(gamma) : 'f32';
    return { dx: dtypeOf(x as HostTensor), dGamma: ofGamma, dBeta: ofGamma };
  },
  run: (inputs, options) => {
    const { saved } = onBackend(inputs, options);
    const given = { ...toldAgain(options), ...pick(inputs, 'gamma', 'beta') };
    return { ...ops.batchNormBackward(inputs.x as Tensor, inputs.dy as Tensor, saved, given) };
  },
  compute: (library, inputs, options) => {
    const { saved } = byReference(library, inputs, options);
    const given = { ...toldAgain(options), ...pick(inputs, 'gamma', 'beta') };
    return { ...library.batchNormBackward(inputs.x as HostTensor, inputs.dy as HostTensor, saved, given) };
  },
  budget: {
    dx: X_HAT + 2 * STEP, // γ·rstd·(dy - ...)
    dGamma: X_HAT + VECTOR_SUM,
    dBeta: VECTOR_SUM,
  },
  floors: sizesOf,
  trials: (machine) =>
    batchInputs(machine)
      // γ·rstd is 316 if the variance is 0, so dx is pure rounding error there.
      .filter(({ constant }) => !constant)
      .map((input) => {
        const { inputs, options } = trainingOf(input);
        const dy = () => as(input.dtype, normal(`${input.name} dy`, input.shape));
        return { ...trialOf(input), inputs: { ...pick(inputs, 'x', 'gamma', 'beta', 'other'), dy }, options: options! };
      }),
  draws: batchDraws(({ x, dy, gamma, channelAxis, epsilon }) => ({
    inputs: { x, dy, gamma },
    options: { channelAxis, epsilon },
  })),
  gradient: 'none',
};

export const batchNormBackwardReduce: OpSpec = {
  name: 'batchNormBackwardReduce',
  group: 'batch-norm',
  tensors: ['x', 'dy'],
  result: 'sums',
  dtypes: () => ({ sums: 'f32' }),
  run: (inputs, options) => {
    const { saved } = onBackend(inputs, options);
    const given = { ...toldAgain(options), ...pick(inputs, 'gamma', 'beta') };
    return { sums: ops.batchNormBackwardReduce(inputs.x as Tensor, inputs.dy as Tensor, saved, given) };
  },
  compute: (library, inputs, options) => {
    const { saved } = byReference(library, inputs, options);
    const given = { ...toldAgain(options), ...pick(inputs, 'gamma', 'beta') };
    return { sums: library.batchNormBackwardReduce(inputs.x as HostTensor, inputs.dy as HostTensor, saved, given) };
  },
  budget: X_HAT + VECTOR_SUM,
  floors: (inputs, options) => {
    const { dGamma, dBeta } = sizesOf(inputs, options);
    return { sums: Float64Array.of(...dBeta, ...dGamma) };
  },
  // Its kernels are those of batchNormBackward.
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      (['none', 'relu'] as const).map((activation) => {
        const shape = [16, 8, 5];
        const from = (name: string) => as(dtype, normal(`reduce ${name}`, shape));
        const gamma = as(dtype, normal('reduce gamma', [8]));
        return {
          name: named(activation, dtype),
          inputs: { x: from('x'), dy: from('dy'), gamma },
          options: { activation },
          dtype,
          quick: dtype === 'f32',
        };
      }),
    ),
  draws: batchDraws(({ x, dy, gamma, channelAxis, epsilon }) => ({
    inputs: { x, dy, gamma },
    options: { channelAxis, epsilon },
  })),
  gradient: 'none',
};

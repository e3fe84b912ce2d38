import type { Tensor } from '../../core/tensor.ts';
import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import type { HostInputs, HostTensor, Library, Options } from '../suite/case.ts';
import type { Tensors } from '../suite/spec.ts';
import { channelAxisIn, pick } from './channels.ts';

// Training on a batch, which its gradient goes back through: by the statistics of `other`, where that is given.

const NAMES = ['gamma', 'beta', 'runningMean', 'runningVariance'];

export function onBackend(inputs: Tensors, options: Options): ReturnType<typeof ops.batchNormTrain> {
  const { other } = inputs;
  const stats = other && { stats: ops.batchNormStats(other, channelAxisIn(options)) };
  return ops.batchNormTrain(inputs.x as Tensor, { ...options, ...pick(inputs, ...NAMES), ...stats });
}

/** The same by the reference; `running` are the statistics afterwards. */
export function byReference(library: Library, inputs: HostInputs, options: Options) {
  const { other } = inputs;
  const running = Object.fromEntries(
    Object.entries(pick(inputs, 'runningMean', 'runningVariance')).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float64Array.from(data) },
    ]),
  );
  const stats = other && { stats: library.batchNormStats(other, channelAxisIn(options)) };
  const all = { ...options, ...pick(inputs, 'gamma', 'beta'), ...running, ...stats };
  return { ...library.batchNormTrain(inputs.x as HostTensor, all), running };
}

/** x̂, which cannot be told from what relu leaves of y. */
export const plainXHat = (inputs: HostInputs, options: Options): Float64Array =>
  byReference(reference, pick(inputs, 'x', 'other'), { ...options, activation: 'none' }).y.data;

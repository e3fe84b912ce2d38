import { GradfoldError } from '../../core/errors.ts';
import type { Tensors } from '../../core/recorder.ts';
import type { Tensor } from '../../core/tensor.ts';
import { add } from '../../ops/add.ts';
import { affineBackward, type BatchNormBackwardOptions, batchNormBackward } from '../../ops/batch_norm_backward.ts';
import type { Saved } from '../../ops/batch_norm_train.ts';
import { resolveAxis } from '../../ops/check.ts';
import { multiply } from '../../ops/multiply.ts';
import { subtract } from '../../ops/subtract.ts';
import { inF32, type Kept, ofOne, type Rule, refuse, scalarLike } from './rule.ts';

/** Batch-norm goes back by kernels of its own. Statistics that were given are constants. */
export const BATCH_NORM: Readonly<Record<string, Rule>> = {
  batchNormTrain: ofOne(
    ({ x, gamma, beta }, { saved }) => {
      const { mean, tail, variance } = saved as Saved;
      return { x, gamma, beta, mean, tail, variance };
    },
    (dy, { x, gamma, beta, mean, tail, variance }, { options }) => {
      const { count, epsilon } = options.saved as Saved;
      const saved = { count, epsilon, mean, tail, variance } as Saved;
      return named(batchNormBackward(x, dy, saved, optionsOf(options, { gamma, beta })));
    },
  ),
  batchNormInference: ofOne(
    ({ x, gamma, beta, mean, variance }) => ({ x, gamma, beta, mean, variance }),
    (dy, { x, gamma, beta, mean, variance }, context) => {
      refuse('batchNormInference', context, 'mean', 'variance');
      const { epsilon = 1e-5 } = context.options as { epsilon?: number };
      const given = { mean, variance, tail: undefined, epsilon, perCount: 0 };
      return named(affineBackward('batchNormInference', x, dy, given, optionsOf(context.options, { gamma, beta })));
    },
  ),
  // dmean/n + dvariance·2(x - mean)/n
  batchNormStats: {
    keeps: ({ inputs: { x }, outputs: { mean } }) => ({ x, mean }),
    back: ({ mean: dMean, variance: dVariance, state }, { x, mean }, { options }) => {
      if (state) throw new GradfoldError('valueAndGrad: batchNormStats has no gradient by way of its state');
      const { count, channelAxis } = options as { count: number; channelAxis?: number };
      const axis = resolveAxis('valueAndGrad', channelAxis ?? 1, x.rank);
      const along = (tensor: Tensor) => tensor.reshape(x.shape.map((length, at) => (at === axis ? length : 1)));
      const wide = inF32(x);
      const share = (tensor: Tensor, times: number) => along(multiply(tensor, scalarLike(tensor, times / count)));
      const zeros = multiply(wide, scalarLike(wide, 0));
      const byMean = dMean ? add(zeros, share(dMean, 1)) : zeros;
      return { x: dVariance ? add(byMean, multiply(subtract(wide, along(mean)), share(dVariance, 2))) : byMean };
    },
  },
};

function named({ dx, dGamma, dBeta }: { dx: Tensor; dGamma: Tensor; dBeta: Tensor }): Tensors {
  return { x: dx, gamma: dGamma, beta: dBeta };
}

/** What the forward pass was told, with tensors as they were kept. */
function optionsOf(options: object, { gamma, beta }: Pick<Kept, 'gamma' | 'beta'>): BatchNormBackwardOptions {
  const { channelAxis, activation } = options as BatchNormBackwardOptions;
  return {
    ...(channelAxis !== undefined && { channelAxis }),
    ...(activation !== undefined && { activation }),
    ...(gamma && { gamma }),
    ...(beta && { beta }),
  };
}

import { GradfoldError } from '../../core/errors.ts';
import type { Tensor } from '../../core/tensor.ts';
import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogitsBackward,
} from '../../ops/binary_cross_entropy_with_logits.ts';
import type { ClassLossOptions } from '../../ops/class_targets.ts';
import { crossEntropyBackward } from '../../ops/cross_entropy.ts';
import { divide } from '../../ops/divide.ts';
import { multiply } from '../../ops/multiply.ts';
import { negate } from '../../ops/negate.ts';
import { nllLossBackward } from '../../ops/nll_loss.ts';
import { subtract } from '../../ops/subtract.ts';
import { where } from '../../ops/where.ts';
import { alongAxis, type Context, inF32, type Kept, ofOne, type Rule, refuse, scalarLike } from './rule.ts';

/** The losses' gradients are kernels of their own, upstream included. None goes to targets and weights. */
export const LOSSES: Readonly<Record<string, Rule>> = {
  crossEntropy: ofOne(
    // What was made together with the loss already, or what it is made from.
    ({ logits, targets, weight }, { gradient }) =>
      gradient ? { gradient: gradient as Tensor } : { logits, targets, weight },
    (dLoss, { gradient, ...kept }, context) => {
      refuse('crossEntropy', context, 'targets', 'weight');
      if (!gradient)
        return { logits: crossEntropyBackward(kept.logits, kept.targets, optionsOf(kept, context, dLoss)) };
      return { logits: context.isOne(dLoss) ? gradient : multiply(gradient, dLoss) };
    },
  ),
  crossEntropyWithGradient: {
    keeps: ({ outputs: { gradient } }) => ({ gradient }),
    back: ({ loss, gradient: second }, { gradient }, context) => {
      refuse('crossEntropyWithGradient', context, 'targets', 'weight');
      if (second) throw new GradfoldError('valueAndGrad: the gradient of crossEntropyWithGradient has none of its own');
      const { scale = 1, reduction } = context.options as { scale?: number; reduction?: string };
      const factor = scale === 1 ? (loss as Tensor) : divide(loss as Tensor, scalarLike(loss as Tensor, scale));
      const { axis = gradient.rank === 1 ? 0 : 1 } = context.options as ClassLossOptions;
      const each = reduction === 'none' ? alongAxis(factor, gradient.shape, axis) : factor;
      return { logits: multiply(gradient, each.dtype === gradient.dtype ? each : each.cast(gradient.dtype)) };
    },
  },
  nllLoss: ofOne(
    ({ logProbabilities, targets, weight }) => ({ logProbabilities, targets, weight }),
    (dLoss, kept, context) => {
      refuse('nllLoss', context, 'targets', 'weight');
      const { logProbabilities, targets } = kept;
      return { logProbabilities: nllLossBackward(logProbabilities, targets, optionsOf(kept, context, dLoss)) };
    },
  ),
  // -q/p, where q wants anything.
  crossEntropyOfProbabilities: ofOne(
    ({ probabilities, targets, weight }) => ({ probabilities, targets, weight }),
    (dLoss, kept, context) => {
      refuse('crossEntropyOfProbabilities', context, 'targets', 'weight');
      const { probabilities, targets } = kept;
      const wanted = nllLossBackward(probabilities, targets, optionsOf(kept, context, dLoss));
      return { probabilities: where(wanted, divide(wanted, probabilities), scalarLike(wanted, 0)) };
    },
  ),
  binaryCrossEntropyWithLogits: ofOne(
    ({ logits, targets, weight, posWeight }) => ({ logits, targets, weight, posWeight }),
    (upstream, { logits, targets, weight, posWeight }, context) => {
      refuse('binaryCrossEntropyWithLogits', context, 'targets', 'weight', 'posWeight');
      const { reduction } = context.options as { reduction: NonNullable<BinaryCrossEntropyOptions['reduction']> };
      const weights = { ...(weight && { weight }), ...(posWeight && { posWeight }) };
      return { logits: binaryCrossEntropyWithLogitsBackward(logits, targets, { reduction, upstream, ...weights }) };
    },
  ),
  meanSquaredError: ofOne(
    ({ prediction, target }) => ({ prediction, target }),
    (dLoss, { prediction, target }, { options, wants }) => {
      const factor = options.reduction === 'mean' ? 2 / Math.max(prediction.size, 1) : 2;
      const difference = subtract(inF32(prediction), inF32(target));
      const slope = multiply(difference, multiply(dLoss, scalarLike(dLoss, factor)));
      return { prediction: slope, target: wants('target') ? negate(slope) : undefined };
    },
  ),
};

/** The options of a loss's call, its tensors as they were kept, with what comes back to it. */
function optionsOf({ weight }: Pick<Kept, 'weight'>, { options }: Context, upstream: Tensor) {
  const { weight: _, gradient: __, ...others } = options as ClassLossOptions & { gradient?: Tensor };
  return { ...others, ...(weight && { weight }), upstream };
}

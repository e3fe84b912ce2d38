import * as reference from '../../reference/index.ts';
import { TINY } from '../suite/budgets.ts';
import type { HostInputs, HostTensor, Limit, Options } from '../suite/case.ts';
import { relativeWithin } from '../suite/limits.ts';

/** The bound on losses of hard labels and their gradients. */
const HARD_LABEL = relativeWithin(1e-4, TINY);
export function hardLabelLimit({ targets }: HostInputs, { labelSmoothing }: Options): readonly Limit[] {
  return targets?.data instanceof Int32Array && !labelSmoothing ? [HARD_LABEL] : [];
}

/** Σ_c q_c·by(x_c), reduced like the loss: the sum of the magnitudes of its terms. */
export function lossSizes(inputs: HostInputs, options: Options, by: (x: number) => number): Float64Array {
  const { x, targets, weight } = inputs as Record<string, HostTensor>;
  const values = { shape: x!.shape, data: Float64Array.from(x!.data, (value) => -by(value)) };
  return reference.nllLoss(values, targets!, { ...options, ...(weight && { weight }) }).data;
}

/** Σ q, reduced: the error of -log p of a class is an ulp of 1, like that of log S, plus an ulp of itself. */
export const lossWeights = (inputs: HostInputs, options: Options) => lossSizes(inputs, options, () => 1);

/** (p_c·Σq + q_c)·|factor| per element: the two terms of the gradient, which cancel if the model is right. */
export function gradientSizes(inputs: HostInputs, options: Options, gradient: Float64Array): Float64Array {
  const { x, targets, ...rest } = inputs as Record<string, HostTensor>;
  const { scale = 1, ...own } = options as { scale?: number };
  const ofTargets = reference.nllLossBackward(x!, targets!, { ...own, ...rest }).data;
  return gradient.map((dx, i) => Math.max(TINY, Math.abs(dx - 2 * scale * (ofTargets[i] as number))));
}

import type { Tensor } from '../../src/core/tensor.ts';
import { crossEntropy } from '../../src/ops/cross_entropy.ts';
import { gather } from '../../src/ops/gather.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { CLASSES } from './digits.ts';

export const LOSS_NAMES = ['crossEntropy', 'squaredError'] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** The identity matrix. Row i is the one-hot target of label i. */
const ONE_HOT = Float32Array.from({ length: CLASSES ** 2 }, (_, i) => Number(i % (CLASSES + 1) === 0));

/**
 * The mean loss of a batch. The squared error is that of the softmax's probabilities p against the one-hot labels y,
 * `Σ (p - y)² / (N·10)`: a tenth of the Brier score.
 * @param logits [N, 10]
 * @param labels i32 [N]
 */
export function lossOf(name: LossName, logits: Tensor, labels: Tensor): Tensor {
  if (name === 'crossEntropy') return crossEntropy(logits, labels);
  const oneHot = logits.backend.tensor(ONE_HOT, [CLASSES, CLASSES]);
  return meanSquaredError(softmax(logits), gather(oneHot, labels));
}

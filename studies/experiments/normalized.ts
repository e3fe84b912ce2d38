import type { Tensor } from '../../src/core/tensor.ts';
import type { Layer, Tensors } from '../../src/nn/layer.ts';
import { batchNorm, linear, relu } from '../../src/nn/layers.ts';
import { add } from '../../src/ops/add.ts';
import { batchNormInference } from '../../src/ops/batch_norm_inference.ts';
import { batchNormStats } from '../../src/ops/batch_norm_stats.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';

/** Two hidden layers with batch-norm. `momentum` is the weight of a new batch in the running averages. */
export function layersOf(hidden: number, momentum: number): Layer[] {
  return [
    linear(PIXELS, hidden),
    batchNorm(hidden, { momentum }),
    relu(),
    linear(hidden, hidden),
    batchNorm(hidden, { momentum }),
    relu(),
    linear(hidden, CLASSES),
  ];
}

/** The statistics of a batch-norm layer, [C] each. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * The logits [N, 10] of the same network, with the statistics of its batch-norm layers chosen by the caller.
 * @param statisticsOf gets the input of a batch-norm layer, [N, C], and the layer's index from 0
 */
export function logitsBy(
  parameters: readonly Tensors[],
  x: Tensor,
  statisticsOf: (z: Tensor, at: number) => Statistics,
): Tensor {
  const [first, firstNorm, second, secondNorm, last] = parameters as readonly Record<string, Tensor>[];
  const normalized = (z: Tensor, affine: Record<string, Tensor> | undefined, at: number) => {
    const { mean, variance } = statisticsOf(z, at);
    const { gamma, beta } = affine as { gamma: Tensor; beta: Tensor };
    return batchNormInference(z, { mean, variance, gamma, beta, activation: 'relu' });
  };
  const h = normalized(matmul(x, first?.weight as Tensor), firstNorm, 0);
  const g = normalized(matmul(h, second?.weight as Tensor), secondNorm, 1);
  return add(matmul(g, last?.weight as Tensor), last?.bias as Tensor);
}

/** The logits with the statistics of all of `seen`, taken from each layer's own input. */
export function logitsByAll(parameters: readonly Tensors[], x: Tensor, seen: Tensor): Tensor {
  const statistics: Statistics[] = [];
  logitsBy(parameters, seen, (z, at) => {
    statistics[at] = batchNormStats(z);
    return statistics[at];
  });
  return logitsBy(parameters, x, (_, at) => statistics[at] as Statistics);
}

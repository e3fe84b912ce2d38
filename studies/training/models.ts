import type { TensorBackend } from '../../src/core/tensor.ts';
import type { Layer } from '../../src/nn/layer.ts';
import { batchNorm, conv2d, flatten, linear, relu, unflatten } from '../../src/nn/layers.ts';
import { type Model, sequential } from '../../src/nn/sequential.ts';
import { CLASSES, PIXELS, SIDE } from './digits.ts';

/** Classifiers of digits, from pixels [N, 784] to logits [N, 10]. */
const LAYERS: Readonly<Record<ModelName, () => Layer[]>> = {
  /** Softmax regression. */
  softmax: () => [linear(PIXELS, CLASSES)],
  /** Softmax regression with its logits normalized. */
  'softmax-bn': () => [linear(PIXELS, CLASSES), batchNorm(CLASSES)],
  mlp: () => [
    linear(PIXELS, 256),
    batchNorm(256),
    relu(),
    linear(256, 128),
    batchNorm(128),
    relu(),
    linear(128, CLASSES),
  ],
  cnn: () => [
    unflatten([1, SIDE, SIDE]),
    conv2d(1, 16, 5, { stride: 2, padding: 2 }),
    batchNorm(16),
    relu(),
    conv2d(16, 32, 3, { stride: 2, padding: 1 }),
    batchNorm(32),
    relu(),
    flatten(),
    linear((32 * SIDE * SIDE) / 16, 128),
    batchNorm(128),
    relu(),
    linear(128, CLASSES),
  ],
};

export const MODEL_NAMES = ['softmax', 'softmax-bn', 'mlp', 'cnn'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

export interface Recipe {
  /** Adam's initial learning rate, which falls to 0 along half a cosine. */
  readonly learningRate: number;
  /** The default number of images per step. */
  readonly batch: number;
}

export const RECIPES: Readonly<Record<ModelName, Recipe>> = {
  softmax: { learningRate: 5e-3, batch: 200 },
  'softmax-bn': { learningRate: 5e-2, batch: 200 },
  mlp: { learningRate: 2e-3, batch: 200 },
  cnn: { learningRate: 5e-3, batch: 100 },
};

/**
 * @param seed of the initial weights
 * @param batchNorm whether to include the batch-norm layers; without them the preceding layers have biases
 */
export function buildModel(backend: TensorBackend, name: ModelName, seed: number, batchNorm: boolean): Model {
  const layers = LAYERS[name]().filter(({ kind }) => batchNorm || kind !== 'batchNorm');
  return sequential(backend, layers, { seed });
}

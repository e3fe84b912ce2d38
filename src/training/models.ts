import type { Backend } from '../backend.ts';
import type { Layer } from '../nn/layer.ts';
import { batchNorm, conv2d, flatten, linear, maxPool2d, relu, unflatten } from '../nn/layers.ts';
import { type Model, sequential } from '../nn/sequential.ts';
import { CLASSES, PIXELS, SIDE } from './digits.ts';

/** Classifiers of digits, from pixels [N, 784] to logits [N, 10]. */
const LAYERS: Readonly<Record<ModelName, () => Layer[]>> = {
  /** Softmax regression. */
  softmax: () => [linear(PIXELS, CLASSES)],
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
    conv2d(1, 16, 3, { padding: 1 }),
    batchNorm(16),
    relu(),
    maxPool2d({ size: 2 }),
    conv2d(16, 32, 3, { padding: 1 }),
    batchNorm(32),
    relu(),
    maxPool2d({ size: 2 }),
    flatten(),
    linear((32 * SIDE * SIDE) / 16, CLASSES),
  ],
};

export const MODEL_NAMES = ['softmax', 'mlp', 'cnn'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** Where Adam's learning rate begins; it falls to nothing in a half cosine. */
export const LEARNING_RATES: Readonly<Record<ModelName, number>> = {
  softmax: 5e-3,
  mlp: 2e-3,
  cnn: 2e-3,
};

/** @param seed of the first weights */
export function buildModel(backend: Backend, name: ModelName, seed: number): Model {
  return sequential(backend, LAYERS[name](), { seed });
}

import { GradfoldError } from '../core/errors.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { Draws } from './initialize.ts';
import type { Layer, Module, Pass, Tensors } from './layer.ts';

/** A chain of built layers: one record of tensors per layer, and a function of them. */
export interface Model {
  /** The learned tensors, by layer: `parameters[0].weight`. */
  readonly parameters: Tensors[];
  /** Tensors that training updates without a gradient, by layer. */
  readonly running: Tensors[];
  /**
   * Applies the layers in order.
   * @param parameters used instead of the model's own, in the same structure. Default the model's own
   */
  forward(x: Tensor, pass: Pass, parameters?: readonly Tensors[]): Tensor;
  /** Disposes of all parameters and running tensors. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Builds layers on a backend, each with its own random numbers. A `linear` or `conv2d` before `batchNorm` has no bias,
 * since the normalization would remove it. A `relu` after `batchNorm` is fused into it and has no record of its own.
 * @param options.seed seeds the initial weights and dropout: a whole number in [0, 2^53). Default 1
 * @throws GradfoldError for a seed outside its range, and for `bias: true` before `batchNorm`
 */
export function sequential(backend: TensorBackend, layers: readonly Layer[], options: { seed?: number } = {}): Model {
  const { seed = 1 } = options;
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new GradfoldError(`sequential: seed is ${seed}, expected a whole number in [0, ${Number.MAX_SAFE_INTEGER}]`);
  const modules: Module[] = [];
  for (const [at, layer] of layers.entries()) {
    if (layer.kind === 'relu' && layers[at - 1]?.kind === 'batchNorm') continue;
    const index = modules.length;
    modules.push(layer.build({ backend, random: new Draws(seed, index), seed, index, next: layers[at + 1] }));
  }
  const parameters = modules.map((module) => module.parameters);
  const running = modules.map((module) => module.running);
  const dispose = () => {
    for (const tensors of [...parameters, ...running]) for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  return {
    parameters,
    running,
    forward: (x, pass, given = parameters) =>
      modules.reduce((y, module, i) => module.forward(given[i] as Tensors, y, pass), x),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

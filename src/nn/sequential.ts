import { GradfoldError } from '../core/errors.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { Draws } from './initialize.ts';
import type { Layer, Module, Pass, Tensors } from './layer.ts';

/** Layers one behind the other: records of tensors by the layers' places, and a function of them. */
export interface Model {
  /** What is learned, by layer: `parameters[0].weight`. */
  readonly parameters: Tensors[];
  /** What training moves along without a gradient. */
  readonly running: Tensors[];
  /** @param parameters in the place of the model's own, in the same structure. Default its own */
  forward(x: Tensor, pass: Pass, parameters?: readonly Tensors[]): Tensor;
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Builds layers on a backend, each with random numbers of its own. A `linear` before `batchNorm` has no bias, since the
 * normalization would remove it; a `relu` behind `batchNorm` is done by it in the same pass.
 * @param options.seed of all first weights and of dropout: a whole number in [0, 2^53). Default 1
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

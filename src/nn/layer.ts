import type { Tensor, TensorBackend } from '../core/tensor.ts';
import type { Draws } from './initialize.ts';

/** Tensors by name. */
export type Tensors = Record<string, Tensor>;

/** Options of a forward pass. */
export interface Pass {
  /**
   * Whether this is a training pass: batch-norm then uses the batch's statistics and updates the running ones, and
   * dropout drops elements.
   */
  readonly training: boolean;
  /**
   * The index of the training step, a whole number. Dropout requires it in training and draws a new mask for each step.
   */
  readonly step?: number;
}

/** A built layer: records of tensors and a function of them. */
export interface Module {
  /** The learned tensors. */
  readonly parameters: Tensors;
  /** Tensors that training updates without a gradient, such as batch-norm's running statistics. */
  readonly running: Tensors;
  /** @param parameters used instead of the module's own; in training, those to differentiate with respect to */
  forward(parameters: Tensors, x: Tensor, pass: Pass): Tensor;
}

/** The arguments for building a layer. */
export interface Site {
  readonly backend: TensorBackend;
  /** The layer's own random numbers. */
  readonly random: Draws;
  readonly seed: number;
  /** The index of the module, from 0. */
  readonly index: number;
  /** The layer that follows. */
  readonly next: Layer | undefined;
}

/** A layer that has not been built yet. */
export interface Layer {
  readonly kind: string;
  build(site: Site): Module;
}

/** A layer without parameters. */
export function plain(kind: string, forward: (x: Tensor, pass: Pass) => Tensor): Layer {
  return { kind, build: () => ({ parameters: {}, running: {}, forward: (_, x, pass) => forward(x, pass) }) };
}

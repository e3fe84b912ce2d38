import type { Tensor, TensorBackend } from '../core/tensor.ts';
import type { Draws } from './initialize.ts';

/** Tensors by their names. */
export type Tensors = Record<string, Tensor>;

/** What a forward pass is for. */
export interface Pass {
  /** Batch-norm takes the batch's statistics and moves the running ones; dropout drops. */
  readonly training: boolean;
  /** The training step's number: dropout draws anew by it. */
  readonly step?: number;
}

/** A layer that has been built: plain records and a function of them. */
export interface Module {
  /** What is learned. */
  readonly parameters: Tensors;
  /** What training moves along without a gradient, such as batch-norm's running statistics. */
  readonly running: Tensors;
  /** @param parameters in the place of its own: in training those that gradients are asked for */
  forward(parameters: Tensors, x: Tensor, pass: Pass): Tensor;
}

/** What a layer is built with. */
export interface Site {
  readonly backend: TensorBackend;
  /** Random numbers of the layer's own. */
  readonly random: Draws;
  readonly seed: number;
  /** The layer's place, counted from 0. */
  readonly index: number;
  /** What stands behind it. */
  readonly next: Layer | undefined;
}

/** A layer that is still to be built. */
export interface Layer {
  readonly kind: string;
  build(site: Site): Module;
}

/** A layer without parameters. */
export function plain(kind: string, forward: (x: Tensor, pass: Pass) => Tensor): Layer {
  return { kind, build: () => ({ parameters: {}, running: {}, forward: (_, x, pass) => forward(x, pass) }) };
}

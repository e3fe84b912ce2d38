import type { Tensor } from './tensor.ts';

/** Tensors by their names; one that was not given is undefined. */
export type Tensors = Readonly<Record<string, Tensor | undefined>>;

/** One call of an op: what it was given, what it made of it. */
export interface Call {
  readonly op: string;
  /** What a gradient might be asked for, by the op's own names. */
  readonly inputs: Tensors;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** All else that the way back may depend on. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Who listens to what ops do. Ops know of no other. */
export interface Recorder {
  /** Whether a gradient with respect to this tensor may be asked for. */
  tracks(tensor: Tensor): boolean;
  record(call: Call): void;
}

/** Tells whoever listens what an op with one result did. @returns the result */
export function announce(op: string, inputs: Tensors, y: Tensor, options: object = {}): Tensor {
  y.backend.recorder?.record({ op, inputs, outputs: { y }, options: options as Call['options'] });
  return y;
}

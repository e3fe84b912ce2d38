import type { Tensor } from '../../src/core/tensor.ts';
import type { DType } from '../../src/index.ts';
import type * as reference from '../../src/reference/index.ts';
import type { MachineDraw } from './machines.ts';
import type { Values } from './values.ts';

/** Where an input lies: a buffer of its own, from an odd element of a larger one on, or so in a buffer of the caller's. */
export type Layout = 'own' | 'view' | 'borrowed';

/** One argument that is a tensor. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly layout: Layout;
  readonly values: Values;
}

/** Options that are no tensors. */
export type Options = Readonly<Record<string, unknown>>;

/** One call of a public function, as plain data: what a failure prints is what a test can be made of. */
export interface Call {
  readonly op: string;
  readonly machine: MachineDraw;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly options: Options;
}

/** An input on the host: its values as they are stored. */
export interface HostInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

export type HostInputs = Readonly<Record<string, HostInput>>;
export type Tensors = Readonly<Record<string, Tensor>>;
export type Library = typeof reference;

/** What is wanted of one result. */
export interface Wanted {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | BigInt64Array;
}

/** An op as the fuzz knows it: how it is called on the GPU and by the judge, and how its errors are measured. */
export interface Op {
  run(inputs: Tensors, options: Options): Record<string, Tensor>;
  /** The same by the judge or the honest f32 loop. */
  compute(library: Library, inputs: HostInputs, options: Options): Record<string, Wanted>;
  /** As the check's cases have them: what an error is measured in ulps of where the true value is smaller. @default 0 */
  floors?(
    inputs: HostInputs,
    options: Options,
    truth: Readonly<Record<string, Float64Array>>,
  ): Readonly<Record<string, number | Float64Array>>;
  /** Ulps that every result is granted. @default the check's grant */
  readonly grant?: number;
  /** The dtype of every result. */
  dtype(inputs: HostInputs, options: Options): DType | Readonly<Record<string, DType>>;
  /** The inputs that the call writes. */
  readonly writes?: (options: Options) => readonly string[];
  /** Moves values: even the sign of a zero is kept, and no subnormal may be flushed. */
  readonly moves?: boolean;
}

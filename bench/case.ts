import type { Backend, Tensor } from '../src/index.ts';
import type { NdArray } from '../src/reference/index.ts';

/** What is measured: an op on a shape. */
export interface Case {
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f16';
  /** Of batch-norm: 1, or -1 for channels-last. */
  readonly channelAxis?: number;
}

/** A case's inputs by name, in its dtype's precision; labels are integers. */
export type Inputs = Readonly<Record<string, NdArray & { readonly data: Float32Array | Int32Array }>>;

/** What one call made, by name. Every tensor in it is disposed of by who measures. */
export type Results = Readonly<Record<string, Tensor>>;

/** An op as the benchmark knows it. */
export interface BenchOp {
  /** The public function, or the two of a pair. */
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Has a channel axis, which is 1 and -1. */
  readonly channels?: boolean;
  /** Has a label a row: its shape is rows by classes. */
  readonly labels?: boolean;
  /** Of a pair its two, whose bytes are counted apart. */
  readonly pair?: readonly BenchOp[];
  /** Host data: big ones by `deviates`. */
  inputs(one: Case): Inputs;
  /** Once before the calls: what is made of the inputs and not measured. */
  prepare(one: Case, inputs: Readonly<Record<string, Tensor>>, backend: Backend): (inPlace?: boolean) => Results;
  /** Works in place on request: the gradient takes the logits' storage. */
  readonly inPlace?: boolean;
  /** The reference, on `some` rows or channels of `all` the inputs; `share` is their share. */
  truth(one: Case, some: Inputs, share: number, all: Inputs): Readonly<Record<string, NdArray>>;
  /** The axis of inputs and results of the case's shape of which rows or channels are taken for the reference. */
  sampled(one: Case): number;
}

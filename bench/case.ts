import type { Backend, Tensor } from '../src/index.ts';
import type { NdArray } from '../src/reference/index.ts';

/** An op on a shape, to be measured. */
export interface Case {
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f16';
  /** The channel axis of batch-norm: 1, or -1 for channels-last. */
  readonly channelAxis?: number;
}

/** A case's inputs by name, in the precision of its dtype. Labels are integers. */
export type Inputs = Readonly<Record<string, NdArray & { readonly data: Float32Array | Int32Array }>>;

/** The outputs of one call, by name. The caller disposes of them. */
export type Results = Readonly<Record<string, Tensor>>;

/** An op as the benchmark knows it. */
export interface BenchOp {
  /** The public function, or the two functions of a pair. */
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Whether it has a channel axis, measured as 1 and as -1. */
  readonly channels?: boolean;
  /** Whether it has one label per row. Its shape is then rows × classes. */
  readonly labels?: boolean;
  /** The two ops of a pair, whose bytes are counted separately. */
  readonly pair?: readonly BenchOp[];
  /** Host data. Large arrays come from `deviates`. */
  inputs(one: Case): Inputs;
  /** Does once, unmeasured, what the calls need; returns the call. */
  prepare(one: Case, inputs: Readonly<Record<string, Tensor>>, backend: Backend): (inPlace?: boolean) => Results;
  /** Whether it can work in place: the gradient overwrites the logits. */
  readonly inPlace?: boolean;
  /** The reference results on `some` rows or channels of `all` inputs; `share` is the sampled fraction. */
  truth(one: Case, some: Inputs, share: number, all: Inputs): Readonly<Record<string, NdArray>>;
  /** The axis of the case's shape along which the reference samples rows or channels. */
  sampled(one: Case): number;
}

import type { DrawnValues } from '../../src/conformance/suite/draws.ts';
import type { Options } from '../../src/conformance/suite/spec.ts';
import type { DType } from '../../src/index.ts';
import type { MachineDraw } from './machines.ts';

/** Where an input lies: a buffer of its own, from an odd element of a larger one on, or so in a buffer of the caller's. */
export type Layout = 'own' | 'view' | 'borrowed';

/** One argument that is a tensor. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly layout: Layout;
  readonly values: DrawnValues;
}

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

import type { DrawnValues } from '../../src/conformance/suite/draws.ts';
import type { Options } from '../../src/conformance/suite/spec.ts';
import type { DType } from '../../src/index.ts';
import type { MachineDraw } from './machines.ts';

/** Where an input is: in its own buffer, or at an odd element of a larger tensor or of the caller's buffer. */
export type Layout = 'own' | 'view' | 'borrowed';

/** One argument that is a tensor. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly layout: Layout;
  readonly values: DrawnValues;
}

/** One call of a public function, as plain data, so that a printed failure can be pasted into a test. */
export interface Call {
  readonly op: string;
  readonly machine: MachineDraw;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly options: Options;
}

/** An input on the host, with its values as its dtype stores them. */
export interface HostInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

import type { HostTensor, Options } from './case.ts';
import { floats } from './data.ts';

/** Values where an op is smooth: uniform in [low, high), with a seed chosen by the test. */
export interface Smooth {
  readonly shape: readonly number[];
  /** @default -1.5 */
  readonly low?: number;
  /** @default 1.5 */
  readonly high?: number;
}

/** A call whose gradient is compared with finite differences of the float64 reference. */
export interface GradientTrial {
  /** A description of the case. */
  readonly name?: string;
  /** The differentiable inputs. */
  readonly of: Readonly<Record<string, Smooth>>;
  /** Inputs without a gradient. */
  readonly given?: Readonly<Record<string, Smooth | HostTensor>>;
  readonly options?: Options;
  /** The results that enter the gradient, if there are several. @default all */
  readonly results?: readonly string[];
}

/** A value within a composition, in either library. */
export interface Value {
  readonly shape: readonly number[];
}

/** Building blocks of a step, besides the latest value. */
export interface Around {
  /** Calls an op of the current library. */
  readonly call: (op: string, ...args: unknown[]) => Value;
  /** The same values in another shape. */
  readonly reshape: (x: Value, shape: readonly number[]) => Value;
  /** A value from before the latest one. */
  readonly before: Value;
  readonly parameters: { readonly weight: Value; readonly bias: Value; readonly scale: Value };
  readonly constant: (x: HostTensor) => Value;
  /** Maps the value to between e⁻¹ and e. */
  readonly positive: (x: Value) => Value;
}

/** Steps from values [4, 6] to moderate values of the same shape. */
export type Step = (x: Value, around: Around) => Value;

export interface Gradient {
  readonly trials: readonly GradientTrial[];
  /** The op's steps in compositions, one or several. @default none */
  readonly steps?: readonly Step[];
  /** Ends a composition with the op, as a scalar. */
  readonly end?: Step;
}

/** The shape of all values in compositions. */
export const ROWS = 4;
export const COLS = 6;
export const TABLE = { shape: [ROWS, COLS] } as const;
/** A table of distinct numbers. */
export const WEIGHTS = floats(TABLE.shape, (i) => ((7 * i) % 25) / 16 - 0.75);
/** Away from 0. */
export const POSITIVE = { low: 0.5, high: 2 } as const;

/** The gradient of a function of one tensor that is smooth except at points. */
export const ofOne = (op: string): Gradient => ({
  trials: [{ of: { x: TABLE } }],
  steps: [(x, { call }) => call(op, x)],
});

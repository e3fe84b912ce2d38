import type { HostTensor, Options } from './case.ts';
import { floats } from './data.ts';

/** Values where an op is smooth: uniform in [low, high), of which a seed is the test's. */
export interface Smooth {
  readonly shape: readonly number[];
  /** @default -1.5 */
  readonly low?: number;
  /** @default 1.5 */
  readonly high?: number;
}

/** A call whose gradient is compared with float64 differences of the reference. */
export interface GradientTrial {
  /** What is special about it. */
  readonly name?: string;
  /** The inputs that a gradient is asked for. */
  readonly of: Readonly<Record<string, Smooth>>;
  /** Inputs that have none. */
  readonly given?: Readonly<Record<string, Smooth | HostTensor>>;
  readonly options?: Options;
  /** Those of several results that the gradient is of. @default all */
  readonly results?: readonly string[];
}

/** A value of either library within a composition. */
export interface Value {
  readonly shape: readonly number[];
}

/** What a step may be made of beside the latest value. */
export interface Around {
  /** An op of the library at hand. */
  readonly call: (op: string, ...args: unknown[]) => Value;
  /** The same values in another shape. */
  readonly reshape: (x: Value, shape: readonly number[]) => Value;
  /** A value before the latest. */
  readonly before: Value;
  readonly parameters: { readonly weight: Value; readonly bias: Value; readonly scale: Value };
  readonly constant: (x: HostTensor) => Value;
  /** The value between e⁻¹ and e. */
  readonly positive: (x: Value) => Value;
}

/** From values [4, 6] to others of that shape, which stay moderate. */
export type Step = (x: Value, around: Around) => Value;

export interface Gradient {
  readonly trials: readonly GradientTrial[];
  /** What the op is in a composition, in a way or several. @default it is in none */
  readonly steps?: readonly Step[];
  /** How the op ends one: a scalar. */
  readonly end?: Step;
}

/** The shape that compositions keep. */
export const ROWS = 4;
export const COLS = 6;
export const TABLE = { shape: [ROWS, COLS] } as const;
/** Numbers of a table that are all different. */
export const WEIGHTS = floats(TABLE.shape, (i) => ((7 * i) % 25) / 16 - 0.75);
/** Away from 0. */
export const POSITIVE = { low: 0.5, high: 2 } as const;

/** The gradient of a function of one tensor, which is smooth everywhere but at points. */
export const ofOne = (op: string): Gradient => ({
  trials: [{ of: { x: TABLE } }],
  steps: [(x, { call }) => call(op, x)],
});

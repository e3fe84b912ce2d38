import type { DType } from '../../core/data.ts';
import { Tensor } from '../../core/tensor.ts';
import * as ops from '../../index.ts';
import type { Machine } from '../../plan/machine.ts';
import { float32 } from '../../reference/float32.ts';
import * as reference from '../../reference/index.ts';
import {
  type Computed,
  dtypeOf,
  type HostInputs,
  type HostTensor,
  type Library,
  type Limit,
  type Options,
  type Values,
} from './case.ts';

import type { Draws } from './draws.ts';
import type { Gradient } from './gradient.ts';
import type { FloatType } from './half.ts';
import type { PlanName } from './plans.ts';

/** The groups in lists of ops. */
export const GROUPS = [
  'rows',
  'losses',
  'batch-norm',
  'elementwise',
  'products and sums',
  'windows',
  'movement',
  'optimizers',
] as const;
export type Group = (typeof GROUPS)[number];

export type { HostInputs, Options };

/** Tensors of a call by name, on a backend. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Inputs worth trying, with options and the plans to run them by. */
export interface Trial {
  readonly name: string;
  /** By name; undefined ones are left out. A function is called when its value is first needed. */
  readonly inputs: Readonly<Record<string, HostTensor | (() => HostTensor) | undefined>>;
  /** @default none */
  readonly options?: Options;
  /** The dtype of the inputs, or of most of them. @default 'f32' */
  readonly dtype?: FloatType;
  /** @default every plan */
  readonly plans?: readonly PlanName[];
  /** The plans of the quick form; true for the planner's choice. @default none */
  readonly quick?: boolean | readonly PlanName[];
}

/** A valid call, and invalid replacements for its arguments. */
export interface Right {
  readonly inputs: HostInputs;
  readonly options?: Options;
  /** Values that an option rejects. */
  readonly wrong?: Readonly<Record<string, readonly unknown[]>>;
  /** Inputs that may be integers. */
  readonly integers?: readonly string[];
  /** Inputs whose shape is not, or hardly, constrained. */
  readonly anyShape?: readonly string[];
  /** The input with labels or indices in [0, 3). */
  readonly labels?: string;
}

/** How the table of special values calls an op with one special number. */
export interface Special {
  /** The formula, where `x` is the number. */
  readonly formula: string;
  /** The other operand. */
  readonly partner?: number;
  /** The rest of a row that begins with the number. */
  readonly rest?: readonly number[];
}

/** The specification of an op, from which the check, the fuzz tests and every list of ops derive. */
export interface OpSpec {
  /** The public function; the specification is exported under the same name. */
  readonly name: string;
  readonly group: Group;
  /** Inputs that are positional arguments, in order. All others are options, by name. */
  readonly tensors: readonly string[];
  /** The arguments, if they are not those tensors and one options object. The same for the op and the reference. */
  readonly args?: (inputs: Readonly<Record<string, unknown>>, options: Options) => unknown[];
  /** The name of a single result. @default 'y' */
  readonly result?: string;
  /** The results to compare, if there are several. @default all */
  readonly results?: readonly string[];
  /** Runs the op on a backend's tensors, if a plain call does not suffice. */
  readonly run?: (inputs: Tensors, options: Options) => Record<string, Tensor>;
  /** The same with the reference, in float64 or as the float32 baseline. */
  readonly compute?: (library: Library, inputs: HostInputs, options: Options) => Computed;
  /** The dtype of every result. @default that of the first input */
  readonly dtypes?: (inputs: HostInputs, options: Options) => DType | Readonly<Record<string, DType>>;
  /**
   * Ulps of its scale that a result may be off by whatever the error of the float32 baseline is; 0: exact. One for
   * every result, or one for each.
   */
  readonly budget: number | Readonly<Record<string, number>>;
  /** Floors per result: errors are in ulps of the floor if the true value is smaller. @default 0: relative errors */
  readonly floors?: (
    inputs: HostInputs,
    options: Options,
    truth: Values,
  ) => Readonly<Record<string, number | Float64Array>>;
  /** Per element of a result, the magnitude that its intermediate sums may reach, if it differs from the floor. */
  readonly peaks?: (inputs: HostInputs, options: Options) => Readonly<Record<string, Float64Array>>;
  /** Further conditions per result, besides the error in ulps. */
  readonly limits?: (inputs: HostInputs, options: Options) => Readonly<Record<string, readonly Limit[]>>;
  /** Inputs worth trying. With a machine, also a shape for each plan that it can return. */
  readonly trials: (machine?: Machine) => readonly Trial[];
  /** Random calls. */
  readonly draws: Draws;
  /** A valid call to derive invalid ones from; without it, none are tried. */
  readonly right?: Right;
  readonly gradient: Gradient | 'none';
  readonly special?: Special;
  /** The inputs that the call writes to. @default none */
  readonly writes?: (options: Options) => readonly string[];
  /** Whether values are moved bit for bit: the sign of a zero is kept, and no subnormal is flushed. @default false */
  readonly moves?: boolean;
}

/** The arguments of the public function. */
export function argsOf(spec: OpSpec, inputs: Readonly<Record<string, unknown>>, options: Options): unknown[] {
  if (spec.args) return spec.args(inputs, options);
  const others = Object.entries(inputs).filter(([name]) => !spec.tensors.includes(name));
  return [...spec.tensors.map((name) => inputs[name]), { ...options, ...Object.fromEntries(others) }];
}

/** Calls the function of that name in a library, either Gradfold or the reference. */
export function callOf(spec: OpSpec, library: object, inputs: Readonly<Record<string, unknown>>, options: Options) {
  const functions = library as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  return functions[spec.name]?.(...argsOf(spec, inputs, options));
}

/** The op's results by name. */
export function runOf(spec: OpSpec, inputs: Tensors, options: Options): Record<string, Tensor> {
  if (spec.run) return spec.run(inputs, options);
  const result = callOf(spec, ops, inputs, options);
  return result instanceof Tensor ? { [spec.result ?? 'y']: result } : compared(spec, result as Tensors);
}

/** The reference's results by name. */
export function computeOf(spec: OpSpec, library: Library, inputs: HostInputs, options: Options): Computed {
  if (spec.compute) return spec.compute(library, inputs, options);
  const result = callOf(spec, library, inputs, options) as Computed | Computed[string];
  const single = 'data' in result && 'shape' in result;
  return single ? { [spec.result ?? 'y']: result as Computed[string] } : compared(spec, result as Computed);
}

/** The results of the float32 baseline by name; integers are exact. */
export function baselineOf(spec: OpSpec, inputs: HostInputs, options: Options): Computed {
  const dtypes = spec.dtypes?.(inputs, options) ?? dtypeOf(Object.values(inputs)[0] as HostTensor);
  const exact = dtypes === 'i32' || dtypes === 'u32';
  return computeOf(spec, exact ? reference : float32, inputs, options);
}

function compared<T>({ results }: OpSpec, all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => results?.includes(name) ?? true));
}

/** The dtype of a result. */
export function dtypeOfResult(spec: OpSpec, result: string, inputs: HostInputs, options: Options): DType {
  const dtypes = spec.dtypes?.(inputs, options) ?? dtypeOf(Object.values(inputs)[0] as HostTensor);
  return typeof dtypes === 'string' ? dtypes : (dtypes[result] as DType);
}

/** The error budget of a result: integers are exact. */
export function budgetOf({ budget }: OpSpec, result: string, dtype: DType = 'f32'): number {
  if (dtype === 'i32' || dtype === 'u32') return 0;
  return typeof budget === 'number' ? budget : (budget[result] ?? 0);
}

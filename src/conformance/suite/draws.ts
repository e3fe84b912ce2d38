import type { DType } from '../../core/data.ts';
import type { Options } from './case.ts';
import type { FloatType } from './half.ts';

// What is drawn at random for an op, as plain data: domains that are independent of each other, and a function that
// makes a right call of what was drawn from them. Whoever draws, does so by a library of its own (test/fuzz).

/** The source of numbers: a generator and a seed, with values planted at given places, or a list of all numbers. */
export type DrawnValues = Recipe | readonly number[];
export interface Recipe {
  readonly kind: string;
  readonly seed: number;
  /** Index, modulo the size, and value. */
  readonly planted: readonly (readonly [number, number])[];
  /** For 'labels': they lie in [0, below). */
  readonly below?: number;
  /** For 'labels': the value of about every third label. */
  readonly ignored?: number;
}

/** A sort of numbers: any numbers, numbers whose squares do not overflow, and so on. */
export type NumberDomain =
  | 'any'
  | 'moderate'
  | 'finite'
  | 'unit'
  | 'probability'
  | 'logProbability'
  | 'weight'
  | 'spread';

export type DomainData =
  | { readonly kind: 'choice' | 'style'; readonly of: readonly unknown[] }
  | { readonly kind: 'number'; readonly most: number }
  | { readonly kind: 'shape'; readonly min: number; readonly max: number }
  | { readonly kind: 'values'; readonly domain: NumberDomain }
  | { readonly kind: 'axis' }
  | { readonly kind: 'maybe'; readonly of: DomainData; readonly seldom: boolean }
  | { readonly kind: 'list'; readonly of: DomainData; readonly min: number; readonly max: number }
  | { readonly kind: 'record'; readonly of: Readonly<Record<string, DomainData>> };
/** A domain; T is the type of its values. */
export type Domain<T> = DomainData & { readonly drawn?: T };
type Domains<T> = { readonly [K in keyof T]: Domain<T[K]> };

/** One of several values, the simplest first. */
export const choice = <const T>(...of: readonly T[]): Domain<T> => ({ kind: 'choice', of });
/** One of several values, each with its own kernel. Only a few are combined with each dtype and plan. */
export const style = <T>(...of: readonly T[]): Domain<T> => ({ kind: 'style', of });
/** An integer from 0 to `most`. */
export const number = (most: number): Domain<number> => ({ kind: 'number', most });
/** A shape of rank `min` to `max`, of a few hundred elements; some have a long axis. */
export const shape = (min = 0, max = 4): Domain<number[]> => ({ kind: 'shape', min, max });
export const values = (domain: NumberDomain): Domain<DrawnValues> => ({ kind: 'values', domain });
/** Undefined every other time. */
export const perhaps = <T>(of: Domain<T>): Domain<T | undefined> => ({ kind: 'maybe', of, seldom: false });
/** Undefined seven times out of eight. */
export const seldom = <T>(of: Domain<T>): Domain<T | undefined> => ({ kind: 'maybe', of, seldom: true });
export const list = <T>(of: Domain<T>, min: number, max: number): Domain<T[]> => ({ kind: 'list', of, min, max });
export const record = <T extends object>(of: Domains<T>): Domain<T> => ({ kind: 'record', of });

export interface AxisDraw {
  readonly at: number;
  readonly fromEnd: boolean;
}
export const axis: Domain<AxisDraw> = { kind: 'axis' };

/** Returns the axis of a tensor of the given rank that a draw selects, counted from the front or the end. */
export function axisOf({ at, fromEnd }: AxisDraw, rank: number): number {
  const span = Math.max(rank, 1);
  return fromEnd ? (at % span) - span : at % span;
}

/** A tensor's shape and its values. */
export const filled = (domain: NumberDomain, min = 0, max = 4) =>
  record({ shape: shape(min, max), values: values(domain) });

/** One tensor of a drawn call. */
export interface DrawnInput {
  readonly shape: readonly number[];
  readonly values: DrawnValues;
  /** @default that of the call, where a second tensor may differ from the first */
  readonly dtype?: DType;
}

/** Undefined options are left out. */
export interface DrawnCall {
  readonly inputs: Readonly<Record<string, DrawnInput | undefined>>;
  readonly options?: Options;
}

export interface Draws {
  readonly domains: Readonly<Record<string, DomainData>>;
  /** Makes a valid call from values drawn from the domains. `dtype` is that of the call's first float tensor. */
  call(drawn: unknown, dtype: FloatType): DrawnCall;
}

export function draws<T extends object>(domains: Domains<T>, call: (drawn: T, dtype: FloatType) => DrawnCall): Draws {
  return { domains, call: (drawn, dtype) => call(drawn as T, dtype) };
}

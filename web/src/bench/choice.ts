import { COLUMNS, ELEMENTS } from '../../../bench/cases.ts';
import { ROUNDS } from '../../../bench/run.ts';

/** The names of the benchmark's ops, the most common first. */
export const OPS = [
  'softmax',
  'crossEntropyWithGradient',
  'batchNormTrain',
  'softmaxBackward',
  'batchNormBackward',
  'batchNormTrain + batchNormBackward',
] as const;

/** The tensor sizes to choose from, in elements, from those that fit in a cache to those that fit in none. */
export const SIZES = [2 ** 16, 2 ** 18, 2 ** 20, ELEMENTS, 2 ** 24, 2 ** 26] as const;

/** The visitor's choices. */
export interface Choice {
  readonly ops: readonly string[];
  /** Elements of every tensor. */
  readonly elements: number;
  /** The largest row length. */
  readonly longest: number;
  readonly rounds: number;
  /** Whether to measure first calls and pipelines too. */
  readonly cold: boolean;
  /** Whether to measure other libraries too. */
  readonly peers: boolean;
}

/** Choices that a software adapter measures in about a minute. On a GPU, 64 MiB tensors, which exceed most caches. */
export function defaultChoice(software: boolean): Choice {
  const common = { ops: OPS.slice(0, 3), cold: true, peers: false };
  return software
    ? { ...common, elements: 2 ** 20, longest: 4096, rounds: 3 }
    : { ...common, elements: 2 ** 24, longest: 262144, rounds: ROUNDS };
}

/** The row lengths to measure, none longer than the tensor. */
export function rowLengths({ elements, longest }: Choice): number[] {
  return COLUMNS.filter((length) => length <= Math.min(elements, longest));
}

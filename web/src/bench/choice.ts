import { COLUMNS, ELEMENTS } from '../../../bench/cases.ts';
import { ROUNDS } from '../../../bench/run.ts';

/** The benchmark's ops, by their names there: those that are asked for most come first. */
export const OPS = [
  'softmax',
  'crossEntropyWithGradient',
  'batchNormTrain',
  'softmaxBackward',
  'batchNormBackward',
  'batchNormTrain + batchNormBackward',
] as const;

/** Elements of a tensor that may be chosen, from what a cache holds to what none does. */
export const SIZES = [2 ** 16, 2 ** 18, 2 ** 20, ELEMENTS, 2 ** 24, 2 ** 26] as const;

/** What a visitor asks for. */
export interface Choice {
  readonly ops: readonly string[];
  /** Of every tensor. */
  readonly elements: number;
  /** The longest rows. */
  readonly longest: number;
  readonly rounds: number;
  /** Measures first calls and pipelines, too. */
  readonly cold: boolean;
  /** Measures other libraries beside it. */
  readonly peers: boolean;
}

/** What a processor measures in a minute or so; on a GPU, tensors of 64 MiB, which few caches hold. */
export function defaultChoice(software: boolean): Choice {
  const common = { ops: OPS.slice(0, 3), cold: true, peers: false };
  return software
    ? { ...common, elements: 2 ** 20, longest: 4096, rounds: 3 }
    : { ...common, elements: 2 ** 24, longest: 262144, rounds: ROUNDS };
}

/** The lengths of rows to measure; none is longer than the tensor. */
export function rowLengths({ elements, longest }: Choice): number[] {
  return COLUMNS.filter((length) => length <= Math.min(elements, longest));
}

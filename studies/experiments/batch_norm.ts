import type { TensorBackend } from '../../src/core/tensor.ts';
import type { Layer } from '../../src/nn/layer.ts';
import { batchNorm, linear, relu } from '../../src/nn/layers.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import { type DigitSets, fit, learnerOf, type OnProgress, samplesOf } from './fit.ts';

export interface BatchNormSettings {
  readonly images: number;
  /** The seed of the initial weights and the order of the images in the first of `seeds` runs; the others count up from it. */
  readonly seed: number;
  readonly seeds: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly rates: readonly number[];
  /** The largest mean loss of the last epoch at which a run counts as converged. */
  readonly goal: number;
}

export const BATCH_NORM: BatchNormSettings = {
  ...{ images: 2000, seed: 1, seeds: 2, hidden: [64, 64, 64], epochs: 5, batch: 50 },
  rates: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  // A quarter of the loss of guessing.
  goal: Math.log(CLASSES) / 4,
};

/** A network at one learning rate. */
export interface RateRun {
  readonly rate: number;
  /** The mean loss of each epoch's steps over all seeds; non-finite if that of any seed is. */
  readonly losses: readonly number[];
  /** Whether every seed reached the goal in the last epoch. */
  readonly converged: boolean;
}

/** A network with or without batch-norm. */
export interface NetworkRuns {
  readonly normalized: boolean;
  readonly runs: readonly RateRun[];
  /** The run with the smallest final loss. */
  readonly best: RateRun;
  /** The range of adjacent rates around the best that converged; undefined if none did. */
  readonly range: { readonly least: number; readonly most: number; readonly factor: number } | undefined;
}

export interface BatchNormResult {
  readonly settings: BatchNormSettings;
  readonly plain: NetworkRuns;
  readonly normalized: NetworkRuns;
}

/** Trains with and without batch-norm at many learning rates, with the same initial weights and batches, by gradient descent. */
export async function batchNormOnAndOff(
  backend: TensorBackend,
  { train }: DigitSets,
  changes: Partial<BatchNormSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<BatchNormResult> {
  const settings = { ...BATCH_NORM, ...changes };
  const { images, rates, seeds, epochs } = settings;
  using samples = samplesOf(backend, { ...train, count: images });
  const total = 2 * rates.length * seeds * epochs;
  let done = 0;
  const afterEpoch = () => onProgress(++done, total);

  const networkRuns = async (normalized: boolean): Promise<NetworkRuns> => {
    const layers = layersOf(settings.hidden, normalized);
    const runs: RateRun[] = [];
    for (const rate of rates) {
      const bySeed: number[][] = [];
      for (let seed = settings.seed; seed < settings.seed + seeds; seed++) {
        using learner = learnerOf(backend, layers, seed, { learningRate: rate });
        const plan = { epochs, batch: settings.batch, seed, afterEpoch };
        bySeed.push(await fit(learner.optimizer, samples, learner.lossOf, plan));
      }
      const losses = Array.from({ length: epochs }, (_, at) => meanOf(bySeed.map((each) => each[at] as number)));
      runs.push({ rate, losses, converged: bySeed.every((each) => (each.at(-1) as number) <= settings.goal) });
    }
    return { normalized, runs, ...bestAndRange(runs) };
  };
  return { settings, plain: await networkRuns(false), normalized: await networkRuns(true) };
}

function layersOf(hidden: readonly number[], normalized: boolean): Layer[] {
  const widths = [PIXELS, ...hidden];
  return [
    ...hidden.flatMap((units, at) => [
      linear(widths[at] as number, units),
      ...(normalized ? [batchNorm(units)] : []),
      relu(),
    ]),
    linear(widths.at(-1) as number, CLASSES),
  ];
}

/** @param runs in ascending order of rates */
export function bestAndRange(runs: readonly RateRun[]): Pick<NetworkRuns, 'best' | 'range'> {
  const last = ({ losses }: RateRun) => {
    const loss = losses.at(-1) as number;
    return Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY;
  };
  const best = runs.reduce((least, run) => (last(run) < last(least) ? run : least));
  if (!best.converged) return { best, range: undefined };
  let [from, to] = [runs.indexOf(best), runs.indexOf(best)];
  while (runs[from - 1]?.converged) from--;
  while (runs[to + 1]?.converged) to++;
  const [least, most] = [(runs[from] as RateRun).rate, (runs[to] as RateRun).rate];
  return { best, range: { least, most, factor: most / least } };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

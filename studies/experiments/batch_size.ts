import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { batchNorm, linear, relu } from '../../src/nn/layers.ts';
import { batchNormStats } from '../../src/ops/batch_norm_stats.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import {
  batchesOf,
  batchOf,
  type DigitSets,
  type Learner,
  learnerOf,
  type OnProgress,
  type Samples,
  type Score,
  samplesOf,
  score,
  stepThrough,
} from './fit.ts';

export interface BatchSizeSettings {
  readonly images: number;
  /** The seed of the initial weights and orders in the first of `seeds` runs; the others count up from it. */
  readonly seed: number;
  readonly seeds: number;
  readonly hidden: number;
  readonly sizes: readonly number[];
  readonly rate: number;
  /** Training ends when the inference loss on the training set is at most this. */
  readonly goal: number;
  /** The number of steps between two checks of that loss. */
  readonly window: number;
  /** The most steps. */
  readonly steps: number;
  /** The number of test digits. */
  readonly scored: number;
}

export const BATCH_SIZE: BatchSizeSettings = {
  ...{ images: 500, seed: 1, seeds: 4, hidden: 32, sizes: [5, 10, 25, 100, 500], rate: 0.1 },
  ...{ goal: 0.05, window: 20, steps: 1000, scored: 1000 },
};

/** One network, trained until it reaches the goal. */
export interface SizeRun {
  readonly size: number;
  readonly seed: number;
  readonly normalized: boolean;
  /** Steps of training. */
  readonly steps: number;
  /** Whether the loss reached the goal. */
  readonly reached: boolean;
  /** Scores by running averages on the training set and on the test set. */
  readonly train: Score;
  readonly test: Score;
}

/** The deviation of batch means from the overall mean, for units of the first layer, in standard deviations of the unit. */
export interface Spread {
  readonly size: number;
  /** Root of the mean square over batches and units. */
  readonly measured: number;
  /** √((n - B)/(n - 1)/B): batches are drawn from n digits without replacement. 1/√B if n is much larger than B. */
  readonly predicted: number;
}

export interface BatchSizeResult {
  readonly settings: BatchSizeSettings;
  readonly runs: readonly SizeRun[];
  readonly spreads: readonly Spread[];
}

/** Whether the noise of small batches regularizes, measured on test digits for networks with and without batch-norm. */
export async function batchSize(
  backend: TensorBackend,
  { train, test }: DigitSets,
  changes: Partial<BatchSizeSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<BatchSizeResult> {
  const settings = { ...BATCH_SIZE, ...changes };
  const { images, seed: first, seeds, sizes } = settings;
  using samples = samplesOf(backend, { ...train, count: images });
  using unseen = samplesOf(backend, { ...test, count: settings.scored });
  const total = 2 * seeds * sizes.length + 1;
  const runs: SizeRun[] = [];
  for (const normalized of [true, false]) {
    for (const size of sizes) {
      for (let seed = first; seed < first + seeds; seed++) {
        using learner = networkOf(backend, normalized, seed, settings);
        const { steps, reached } = await trainToGoal(learner, samples, size, seed, settings);
        const [ofTrain, ofTest] = await Promise.all([samples, unseen].map((each) => score(each, learner.logitsOf)));
        runs.push({ size, seed, normalized, steps, reached, train: ofTrain as Score, test: ofTest as Score });
        onProgress(runs.length, total);
      }
    }
  }
  using learner = networkOf(backend, true, first, settings);
  const weight = learner.optimizer.parameters[0]?.weight as Tensor;
  const spreads: Spread[] = [];
  for (const size of sizes) spreads.push(await spreadOf(samples, weight, size, first));
  onProgress(total, total);
  return { settings, runs, spreads };
}

function networkOf(
  backend: TensorBackend,
  normalized: boolean,
  seed: number,
  { hidden, rate }: BatchSizeSettings,
): Learner {
  const layers = [linear(PIXELS, hidden), ...(normalized ? [batchNorm(hidden)] : []), relu(), linear(hidden, CLASSES)];
  return learnerOf(backend, layers, seed, { learningRate: rate });
}

/** Trains until the inference loss reaches the goal. The training loss includes the very noise that is studied. */
async function trainToGoal(
  { optimizer, lossOf, logitsOf }: Learner,
  samples: Samples,
  size: number,
  seed: number,
  { goal, window, steps }: BatchSizeSettings,
): Promise<{ steps: number; reached: boolean }> {
  const batches = endlessBatches(samples.count, size, seed);
  while (optimizer.stepCount < steps) {
    const next = Array.from({ length: window }, () => batches.next().value as Uint32Array);
    stepThrough(optimizer, samples, next, lossOf).dispose();
    if ((await score(samples, logitsOf)).loss <= goal) return { steps: optimizer.stepCount, reached: true };
  }
  return { steps: optimizer.stepCount, reached: false };
}

/** The batches of epoch after epoch. */
function* endlessBatches(count: number, size: number, seed: number): Generator<Uint32Array, never> {
  for (let epoch = 0; ; epoch++) yield* batchesOf(count, size, seed, epoch);
}

/** The number of batches from which the spread is measured. */
const SPREAD_BATCHES = 100;

/** The spread of the batch means in the first layer. */
async function spreadOf(samples: Samples, weight: Tensor, size: number, seed: number): Promise<Spread> {
  const { backend } = samples.x;
  const { count } = samples;
  const endless = endlessBatches(count, size, seed);
  const batches = Array.from({ length: SPREAD_BATCHES }, () => endless.next().value);
  const read = backend.scope(() => {
    const statsOf = (x: Tensor) => batchNormStats(matmul(x, weight));
    const all = statsOf(samples.x);
    return [
      all.variance.data(),
      all.mean.data(),
      ...batches.map((rows) => statsOf(batchOf(samples, rows).x).mean.data()),
    ];
  });
  const [variance, mean, ...means] = (await Promise.all(read)) as [Float32Array, Float32Array, ...Float32Array[]];
  // A constant unit has no spread.
  const units = [...variance.keys()].filter((unit) => (variance[unit] as number) > 0);
  let square = 0;
  for (const each of means)
    for (const unit of units)
      square += ((each[unit] as number) - (mean[unit] as number)) ** 2 / (variance[unit] as number);
  const measured = Math.sqrt(square / (means.length * units.length));
  return { size, measured, predicted: Math.sqrt((count - size) / (count - 1) / size) };
}

import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { Draws } from '../../src/nn/initialize.ts';
import type { Tensors } from '../../src/nn/layer.ts';
import { add } from '../../src/ops/add.ts';
import { gather } from '../../src/ops/gather.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { multiply } from '../../src/ops/multiply.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import { type DigitSets, fit, type OnProgress, type Samples, samplesOf, score } from './fit.ts';
import { LOSSES, type LossName, lossOf, type NeuronRun, type NeuronSettings, neuronsOf } from './saturated_neuron.ts';

export interface SaturationSettings extends NeuronSettings {
  /** The number of training digits. */
  readonly images: number;
  readonly seed: number;
  /** The standard deviation of the initial weights for the digits. */
  readonly spread: number;
  readonly epochs: number;
  readonly batch: number;
  /** The learning rates to try on the digits. */
  readonly rates: readonly number[];
  /** The test accuracy from which a classifier counts as converged. */
  readonly goal: number;
}

export const SATURATION: SaturationSettings = {
  images: 2000,
  seed: 1,
  starts: [4, 7, 10],
  neuronRate: 0.15,
  steps: 5000,
  spread: 1,
  epochs: 12,
  batch: 50,
  rates: [0.1, 0.3, 1, 3, 10, 30, 100, 300],
  goal: 0.75,
};

/** A classifier with ten sigmoids. */
export interface DigitsRun {
  readonly loss: LossName;
  readonly rate: number;
  /** Test accuracies: at the start and after each epoch. */
  readonly accuracies: readonly number[];
  /** The first epoch whose accuracy reached the goal; undefined if none did. */
  readonly converged: number | undefined;
}

export interface SaturationResult {
  readonly settings: SaturationSettings;
  readonly neurons: readonly NeuronRun[];
  readonly digits: readonly DigitsRun[];
  /** The run of each loss that converged first; among equals, the one with the best final accuracy. */
  readonly best: Readonly<Record<LossName, DigitsRun>>;
}

/** The number of test digits. */
const SCORED = 1000;

/** Compares cross-entropy and squared error behind a sigmoid, from initial outputs that are wrong and saturated. */
export async function saturation(
  backend: TensorBackend,
  { train, test }: DigitSets,
  changes: Partial<SaturationSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<SaturationResult> {
  const settings = { ...SATURATION, ...changes };
  const { images, rates, epochs } = settings;
  const total = LOSSES.length * (1 + rates.length * epochs);
  let done = 0;
  const advance = () => onProgress(++done, total);
  const neurons: NeuronRun[] = [];
  for (const loss of LOSSES) {
    neurons.push(...(await neuronsOf(backend, loss, settings)));
    advance();
  }
  using samples = samplesOf(backend, { ...train, count: images });
  using scored = samplesOf(backend, { ...test, count: SCORED });
  const digits: DigitsRun[] = [];
  for (const loss of LOSSES)
    for (const rate of rates) digits.push(await digitsOf(samples, scored, loss, rate, settings, advance));
  const best = Object.fromEntries(LOSSES.map((loss) => [loss, bestOf(digits.filter((run) => run.loss === loss))]));
  return { settings, neurons, digits, best: best as Record<LossName, DigitsRun> };
}

/** Trains ten sigmoids on pixels, from weights so large that nearly every initial output is near 0 or 1. */
async function digitsOf(
  samples: Samples,
  scored: Samples,
  loss: LossName,
  rate: number,
  { seed, spread, epochs, batch, goal }: SaturationSettings,
  advance: () => void,
): Promise<DigitsRun> {
  const { backend } = samples.x;
  const draws = new Draws(seed, 0);
  using weight = backend.tensor(draws.normal(PIXELS * CLASSES, spread), [PIXELS, CLASSES]);
  using bias = backend.zeros([CLASSES]);
  const identity = Array.from({ length: CLASSES ** 2 }, (_, i) => Number(i % (CLASSES + 1) === 0));
  using oneHot = backend.tensor(identity, [CLASSES, CLASSES]);
  using perImage = backend.full([], 1 / batch);
  using optimizer = sgd({ weight, bias } as Tensors, { learningRate: rate });
  const logitsOf = ({ weight, bias }: Tensors, x: Tensor) => add(matmul(x, weight as Tensor), bias as Tensor);
  const scoreNow = () => score(scored, (x) => logitsOf(optimizer.parameters, x));
  const accuracies = [(await scoreNow()).accuracy];
  await fit(
    optimizer,
    samples,
    (parameters, { x, labels }) =>
      multiply(lossOf(loss, logitsOf(parameters, x), gather(oneHot, labels), 'sum'), perImage),
    {
      ...{ epochs, batch, seed },
      async afterEpoch(epoch) {
        accuracies[epoch] = (await scoreNow()).accuracy;
        advance();
      },
    },
  );
  const first = accuracies.findIndex((accuracy) => accuracy >= goal);
  return { loss, rate, accuracies, converged: first < 0 ? undefined : first };
}

function bestOf(runs: readonly DigitsRun[]): DigitsRun {
  const rank = ({ converged = Number.POSITIVE_INFINITY, accuracies }: DigitsRun) =>
    [converged, -(accuracies.at(-1) as number)] as const;
  return runs.reduce((best, run) => {
    const [[epoch, accuracy], [bestEpoch, bestAccuracy]] = [rank(run), rank(best)];
    return epoch < bestEpoch || (epoch === bestEpoch && accuracy < bestAccuracy) ? run : best;
  });
}

import { valueAndGrad } from '../autograd/value_and_grad.ts';
import type { Backend } from '../backend.ts';
import { Draws } from '../nn/initialise.ts';
import type { Tensors } from '../nn/layer.ts';
import { binaryCrossEntropyWithLogits } from '../ops/binary_cross_entropy_with_logits.ts';
import { concat } from '../ops/concat.ts';
import { add, multiply, relu, sigmoid, subtract } from '../ops/elementwise.ts';
import { gather } from '../ops/gather.ts';
import { matmul } from '../ops/matmul.ts';
import { meanSquaredError } from '../ops/mean_squared_error.ts';
import { where } from '../ops/where.ts';
import { sgd } from '../optim/sgd.ts';
import type { Tensor } from '../tensor.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import { type DigitSets, fit, type OnProgress, type Samples, samplesOf, score } from './fit.ts';

/** ½(a - y)² or -y·ln a - (1 - y)·ln(1 - a), each of a = σ(z). */
export const LOSSES = ['squared', 'entropy'] as const;
export type LossName = (typeof LOSSES)[number];

export interface SaturationSettings {
  /** Digits to learn from. */
  readonly images: number;
  readonly seed: number;
  /** Where the neurons begin: z₀ = w + b, half of it each. */
  readonly starts: readonly number[];
  /** Of the neurons. */
  readonly neuronRate: number;
  /** How long they are followed. */
  readonly steps: number;
  /** The standard deviation of the digits' first weights. */
  readonly spread: number;
  readonly epochs: number;
  readonly batch: number;
  /** Learning rates that are tried on the digits. */
  readonly rates: readonly number[];
  /** The accuracy on digits that were not seen from which on a classifier counts as converged. */
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

/** One neuron on its way from z₀ to the output 0. */
export interface NeuronRun {
  readonly loss: LossName;
  readonly start: number;
  /** Steps with an output above 0.9; all of them where it never came below. */
  readonly plateau: number;
  /** Steps until the output is at most 0.1; undefined where it did not come to that. */
  readonly converged: number | undefined;
  /** The same by the differential equation dz/dt = -2η·dL/dz. */
  readonly predicted: number;
  /** At some steps, the first among them: output, loss and dL/dz before the step. */
  readonly curve: readonly { step: number; output: number; loss: number; gradient: number }[];
}

/** One classifier of ten sigmoids. */
export interface DigitsRun {
  readonly loss: LossName;
  readonly rate: number;
  /** On digits that were not seen: at the start and after each epoch. */
  readonly accuracies: readonly number[];
  /** The first epoch with an accuracy of the goal or more; undefined where there was none. */
  readonly converged: number | undefined;
}

export interface SaturationResult {
  readonly settings: SaturationSettings;
  readonly neurons: readonly NeuronRun[];
  readonly digits: readonly DigitsRun[];
  /** Of each loss the run that converged first; of equals that with the best last accuracy. */
  readonly best: Readonly<Record<LossName, DigitsRun>>;
}

/** Digits that were not seen. */
const SCORED = 1000;

/** Cross-entropy against the squared error behind a sigmoid, from starts that are wrong and sure of it. */
export async function saturation(
  backend: Backend,
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

/** Σ over all entries, of logits z and targets y. */
function sumOf(loss: LossName, z: Tensor, y: Tensor): Tensor {
  if (loss === 'entropy') return binaryCrossEntropyWithLogits(z, y, { reduction: 'sum' });
  return multiply(meanSquaredError(sigmoid(z), y, { reduction: 'sum' }), z.backend.full([], 0.5));
}

/** A neuron for each start; its input is 1 and its target 0, so that w and b move alike: z moves by twice the gradient. */
async function neuronsOf(backend: Backend, loss: LossName, settings: SaturationSettings): Promise<NeuronRun[]> {
  const { starts, neuronRate: learningRate, steps } = settings;
  const halves = starts.map((start) => start / 2);
  using w = backend.tensor(halves);
  using b = backend.tensor(halves);
  using target = backend.zeros([starts.length]);
  using levels = backend.tensor([0.9, 0.1], [2, 1]);
  using one = backend.full([], 1);
  using none = backend.zeros([]);
  using optimiser = sgd({ w, b }, { learningRate });
  const slope = valueAndGrad(({ w, b }: { w: Tensor; b: Tensor }) => {
    const z = add(w, b);
    return { value: sumOf(loss, z, target), aux: z };
  });
  const at = recordedSteps(steps);
  const records: Promise<ArrayLike<number>>[] = [];
  // How many steps each neuron was above each level: nothing is read to know.
  let above = backend.zeros([2, starts.length]);
  for (let step = 0; step < steps; step++) {
    const next = backend.scope(() => {
      const { aux: z, gradients } = slope(optimiser.parameters);
      optimiser.step(gradients);
      const output = sigmoid(z);
      if (at.has(step)) {
        const losses =
          loss === 'entropy'
            ? binaryCrossEntropyWithLogits(z, target, { reduction: 'none' })
            : multiply(meanSquaredError(output, target, { reduction: 'none' }), backend.full([], 0.5));
        records.push(concat([output, losses, gradients.b], 0).data());
      }
      return add(above, where(relu(subtract(output, levels)), one, none));
    });
    above.dispose();
    above = next;
    // Lets the queue drain: the host would run ahead by thousands of steps.
    if (step % 500 === 499) await backend.sync();
  }
  const counts = await above.data();
  above.dispose();
  const rows = await Promise.all(records);
  const n = starts.length;
  return starts.map((start, i) => {
    const [plateau, until] = [counts[i] as number, counts[n + i] as number];
    const curve = [...at].map((step, row) => {
      const [output, value, gradient] = [0, n, 2 * n].map((first) => rows[row]?.[first + i] as number);
      return { step, output: output as number, loss: value as number, gradient: gradient as number };
    });
    const converged = until < steps ? until : undefined;
    return { loss, start, plateau, converged, predicted: predictedSteps(loss, start, 0.1, learningRate), curve };
  });
}

/** All up to 100, then a twentieth more each time, and the last. */
function recordedSteps(steps: number): Set<number> {
  const at = new Set<number>();
  for (let step = 0; step < steps; step = step < 100 ? step + 1 : Math.ceil(step * 1.05)) at.add(step);
  return at.add(steps - 1);
}

/**
 * How long dz/dt = -2η·dL/dz takes from z₀ to the output `level`. With a = σ(z), dL/dz is a for the cross-entropy and
 * a²·(1 - a) for half the squared error, whose inverses have the integrals z - e⁻ᶻ and eᶻ + 3z - 3e⁻ᶻ - e⁻²ᶻ/2.
 */
export function predictedSteps(loss: LossName, start: number, level: number, learningRate: number): number {
  const integral = (z: number) =>
    loss === 'entropy' ? z - Math.exp(-z) : Math.exp(z) + 3 * z - 3 * Math.exp(-z) - Math.exp(-2 * z) / 2;
  return (integral(start) - integral(Math.log(level / (1 - level)))) / (2 * learningRate);
}

/** Ten sigmoids on pixels, whose first weights are so large that about every output is near 0 or 1, whatever is right. */
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
  using optimiser = sgd({ weight, bias } as Tensors, { learningRate: rate });
  const logitsOf = ({ weight, bias }: Tensors, x: Tensor) => add(matmul(x, weight as Tensor), bias as Tensor);
  const scoreNow = () => score(scored, (x) => logitsOf(optimiser.parameters, x));
  const accuracies = [(await scoreNow()).accuracy];
  await fit(
    optimiser,
    samples,
    (parameters, { x, labels }) =>
      multiply(sumOf(loss, logitsOf(parameters, x), gather(oneHot, labels, { axis: 0 })), perImage),
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

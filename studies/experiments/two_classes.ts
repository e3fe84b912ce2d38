import { GradfoldError } from '../../src/core/errors.ts';
import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { binaryCrossEntropyWithLogits } from '../../src/ops/binary_cross_entropy_with_logits.ts';
import { concat } from '../../src/ops/concat.ts';
import { crossEntropy } from '../../src/ops/cross_entropy.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { max } from '../../src/ops/max.ts';
import { maximum } from '../../src/ops/maximum.ts';
import { multiply } from '../../src/ops/multiply.ts';
import { negate } from '../../src/ops/negate.ts';
import { sigmoid } from '../../src/ops/sigmoid.ts';
import { slice } from '../../src/ops/slice.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { sqrt } from '../../src/ops/sqrt.ts';
import { subtract } from '../../src/ops/subtract.ts';
import { sum } from '../../src/ops/sum.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { Random } from '../../src/random/random.ts';
import { PIXELS, pixelsOf } from '../training/digits.ts';
import { batchesOf, type DigitSets, type OnProgress, stepOf } from './fit.ts';
import { type Bounds, boundsOf, type StepFacts } from './two_classes_bound.ts';
import { type TwoDigits, twoDigitsOf } from './two_digits.ts';

export interface TwoClassesSettings {
  /** The first images of the training set, of which the digits of the two classes are used. */
  readonly images: number;
  readonly seed: number;
  /** Class 0 and class 1. */
  readonly pair: readonly [number, number];
  readonly epochs: number;
  readonly batch: number;
  /** η of the logistic regression; softmax regression uses half of it. */
  readonly rate: number;
}

export const TWO_CLASSES: TwoClassesSettings = {
  ...{ images: 2000, seed: 1, pair: [3, 5], epochs: 20, batch: 20, rate: 0.05 },
};

/** Both models compared on the test digits before a step. */
export interface ComparedStep extends Bounds {
  readonly step: number;
  /** Mean cross-entropy of the logistic regression. */
  readonly loss: number;
  /** The largest |softmax(z)₁ - σ(z)| over all test digits. */
  readonly probability: number;
  /** The difference of the mean losses. */
  readonly lossDifference: number;
}

export interface TwoClassesResult {
  readonly settings: TwoClassesSettings;
  /** The numbers of training and test digits. */
  readonly counts: { readonly train: number; readonly test: number };
  readonly steps: readonly ComparedStep[];
  /** The test accuracy of the logistic regression after the last step. */
  readonly accuracy: number;
  /** The number of test digits that the two models classify differently after the last step. */
  readonly disagreements: number;
}

/**
 * Softmax regression with two classes is logistic regression: with u = W₁ - W₀ its probability of class 1 is
 * exp(z₁)/(exp(z₀) + exp(z₁)) = σ(z₁ - z₀) = σ(u·x). The gradient of the mean cross-entropy is g = mean (p - y)·x for W₁, -g
 * for W₀, and g for the w of logistic regression. A step of η/2 moves u by -η/2·(g - (-g)) = -η·g, as a step of η moves w. So
 * both models train identically except for rounding; see `boundsOf`.
 * @throws GradfoldError when there are fewer digits of the two classes than `batch`
 */
export async function twoClasses(
  backend: TensorBackend,
  { train, test }: DigitSets,
  changes: Partial<TwoClassesSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<TwoClassesResult> {
  const settings = { ...TWO_CLASSES, ...changes };
  const { images, seed, pair, epochs, batch, rate } = settings;
  using seen = twoDigitsOf(backend, { ...train, count: images }, pair);
  using unseen = twoDigitsOf(backend, test, pair);
  if (seen.count < batch)
    throw new GradfoldError(`twoClasses: images has ${seen.count} of the digits ${pair}, expected at least ${batch}`);
  using models = regressionsOf(backend, seed, rate);
  const { two, one } = models;
  using labels = backend.tensor(Int32Array.from(unseen.y));
  using targets = backend.tensor(Float32Array.from(unseen.y), [unseen.count, 1]);
  const termsOf = ({ inked }: TwoDigits, row: number) => (inked[row] as number) + 2;
  using terms = backend.tensor(
    unseen.inked.map((_, row) => termsOf(unseen, row)),
    [unseen.count, 1],
  );

  const total = epochs * Math.floor(seen.count / batch);
  const compared: Omit<ComparedStep, keyof Bounds>[] = [];
  const facts: StepFacts[] = [];
  let read: Promise<unknown> = Promise.resolve();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const reads: Promise<{ figures: ArrayLike<number>; lengths: number[] }>[] = [];
    for (const rows of batchesOf(seen.count, batch, seed, epoch)) {
      const lengths = Array.from(rows, (row) => seen.lengths[row] as number);
      backend.scope(() => {
        const x = pixelsOf(backend, seen.pixels, rows);
        const shares = lengths.map((length, i) => (length * termsOf(seen, rows[i] as number)) / batch);
        const figures = [
          ...comparison(two, one, unseen, labels, targets),
          max(multiply(magnitudesOf(two, one, unseen.x), terms)),
          sum(multiply(magnitudesOf(two, one, x), backend.tensor(shares, [batch, 1]))),
        ];
        const read = concat(figures.map((figure) => figure.reshape([1]))).data();
        reads.push(read.then((figures) => ({ figures, lengths })));
        models.step(
          x,
          Array.from(rows, (row) => seen.y[row] as number),
        );
      });
    }
    const all = Promise.all(reads).then((values) => {
      for (const { figures, lengths } of values) {
        const [probability, ofSoftmax, loss, norms, largest, ofBatch] = Array.from(figures) as Figures;
        compared.push({ step: compared.length, loss, probability, lossDifference: Math.abs(ofSoftmax - loss) });
        facts.push({ norms, largest, ofBatch, losses: ofSoftmax + loss, lengths });
      }
      onProgress(compared.length, total);
    });
    // Awaited below; until then a rejection must not count as unhandled.
    all.catch(() => {});
    await read;
    read = all;
  }
  await read;
  const { accuracy, disagreements } = await lastWord(two, one, unseen);
  const longest = unseen.lengths.reduce((most, length) => Math.max(most, length), 0);
  const bounds = boundsOf(facts, rate, { count: unseen.count, longest });
  const steps = compared.map((each, step) => ({ ...each, ...(bounds[step] as Bounds) }));
  return { settings, counts: { train: seen.count, test: unseen.count }, steps, accuracy, disagreements };
}

/** The figures of one step, in the order of `comparison`, followed by the inputs of `boundsOf`. */
type Figures = [number, number, number, number, number, number];

type Linear = { readonly weight: Tensor; readonly bias: Tensor };

/** Both models, which are trained together. */
interface Regressions extends Disposable {
  /** The parameters of the softmax regression, [784, 2] and [2]. */
  readonly two: Linear;
  /** The parameters of the logistic regression, [784, 1] and [1]. */
  readonly one: Linear;
  /** @param y classes of the images */
  step(x: Tensor, y: readonly number[]): void;
}

function regressionsOf(backend: TensorBackend, seed: number, rate: number): Regressions {
  // Multiples of 2⁻¹⁶, so that their difference is exact.
  const random = new Random(seed);
  const first = Float32Array.from({ length: 2 * PIXELS }, () => Math.round(random.uniform(-1024, 1024)) / 65536);
  const difference = Float32Array.from({ length: PIXELS }, (_, i) => (first[2 * i + 1] ?? 0) - (first[2 * i] ?? 0));
  using weights = backend.tensor(first, [PIXELS, 2]);
  using weight = backend.tensor(difference, [PIXELS, 1]);
  using biases = backend.zeros([2]);
  using bias = backend.zeros([1]);
  const bySoftmax = sgd<Linear>({ weight: weights, bias: biases }, { learningRate: rate / 2 });
  const byLogistic = sgd<Linear>({ weight, bias }, { learningRate: rate });
  return {
    two: bySoftmax.parameters,
    one: byLogistic.parameters,
    step(x, y) {
      using classes = backend.tensor(Int32Array.from(y));
      using targets = backend.tensor(Float32Array.from(y), [y.length, 1]);
      stepOf(backend, bySoftmax, (parameters) => crossEntropy(logitsOf(parameters, x), classes)).dispose();
      stepOf(backend, byLogistic, (parameters) =>
        binaryCrossEntropyWithLogits(logitsOf(parameters, x), targets),
      ).dispose();
    },
    [Symbol.dispose]() {
      bySoftmax.dispose();
      byLogistic.dispose();
    },
  };
}

function logitsOf({ weight, bias }: Linear, x: Tensor): Tensor {
  return add(matmul(x, weight), bias);
}

/** Softmax's probability of class 1, [N, 1]. */
function probabilityOf(parameters: Linear, x: Tensor): Tensor {
  return slice(softmax(logitsOf(parameters, x)), [0, 1], [x.shape[0] as number, 1]);
}

/** The largest difference of probabilities, softmax's loss, the logistic loss, ‖(W₀, b₀)‖ + ‖(W₁, b₁)‖ + ‖(w, b)‖. */
function comparison(two: Linear, one: Linear, { x }: TwoDigits, labels: Tensor, targets: Tensor): Tensor[] {
  const z = logitsOf(one, x);
  return [
    max(absolute(subtract(probabilityOf(two, x), sigmoid(z)))),
    crossEntropy(logitsOf(two, x), labels),
    binaryCrossEntropyWithLogits(z, targets),
    add(sum(normsOf(two)), sum(normsOf(one))),
  ];
}

/** Σ|x|·(|W₀| + |W₁| + |w|) of each image, biases too: [N, 1]. */
function magnitudesOf(two: Linear, one: Linear, x: Tensor): Tensor {
  const bothOf = (name: keyof Linear) =>
    add(sum(absolute(two[name]), { axis: -1, keepDims: true }), absolute(one[name]));
  return logitsOf({ weight: bothOf('weight'), bias: bothOf('bias') }, x);
}

function absolute(x: Tensor): Tensor {
  return maximum(x, negate(x));
}

/** ‖(w, b)‖ of each column. */
function normsOf({ weight, bias }: Linear): Tensor {
  return sqrt(add(sum(multiply(weight, weight), { axis: 0 }), multiply(bias, bias)));
}

async function lastWord(two: Linear, one: Linear, { x, y, count }: TwoDigits) {
  const [bySoftmax, byLogistic] = x.backend.scope(() => [probabilityOf(two, x), sigmoid(logitsOf(one, x))]) as [
    Tensor,
    Tensor,
  ];
  const [p, q] = await Promise.all([bySoftmax.data(), byLogistic.data()]);
  bySoftmax.dispose();
  byLogistic.dispose();
  const isOne = (probability = 0) => probability > 0.5;
  const right = y.reduce((sum, label, i) => sum + Number(isOne(q[i]) === (label === 1)), 0);
  const disagreements = y.reduce((sum, _, i) => sum + Number(isOne(p[i]) !== isOne(q[i])), 0);
  return { accuracy: right / count, disagreements };
}

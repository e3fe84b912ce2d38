import type { Backend } from '../backend.ts';
import { GradfoldError } from '../errors.ts';
import { binaryCrossEntropyWithLogits } from '../ops/binary_cross_entropy_with_logits.ts';
import { concat } from '../ops/concat.ts';
import { crossEntropy } from '../ops/cross_entropy.ts';
import { add, maximum, multiply, negate, sigmoid, sqrt, subtract } from '../ops/elementwise.ts';
import { matmul } from '../ops/matmul.ts';
import { max, sum } from '../ops/reduce.ts';
import { slice } from '../ops/slice.ts';
import { softmax } from '../ops/softmax.ts';
import { sgd } from '../optim/sgd.ts';
import { Random } from '../random/random.ts';
import type { Tensor } from '../tensor.ts';
import { type Digits, PIXELS, pixelsOf } from '../training/digits.ts';
import { batchesOf, type DigitSets, type OnProgress, stepOf } from './fit.ts';

export interface TwoClassesSettings {
  /** The digits are those of the two classes among the first so many. */
  readonly images: number;
  readonly seed: number;
  /** Class 0 and class 1. */
  readonly pair: readonly [number, number];
  readonly epochs: number;
  readonly batch: number;
  /** η of the logistic regression; softmax regression has half of it. */
  readonly rate: number;
}

export const TWO_CLASSES: TwoClassesSettings = {
  ...{ images: 2000, seed: 1, pair: [3, 5], epochs: 20, batch: 20, rate: 0.05 },
};

/** What both models say of the digits that were not seen, before a step. */
export interface ComparedStep {
  readonly step: number;
  /** Mean cross-entropy of the logistic regression. */
  readonly loss: number;
  /** The largest |softmax(z)₁ - σ(z)| over all of those digits, and what it can be by rounding alone. */
  readonly probability: number;
  readonly probabilityBound: number;
  /** The difference of the mean losses, and what it can be by rounding alone. */
  readonly lossDifference: number;
  readonly lossBound: number;
}

export interface TwoClassesResult {
  readonly settings: TwoClassesSettings;
  /** Digits to learn from, and others. */
  readonly counts: { readonly train: number; readonly test: number };
  readonly steps: readonly ComparedStep[];
  /** The share of digits that the logistic regression takes for what they are, after the last step. */
  readonly accuracy: number;
  /** Digits of which the two models, after the last step, say different things. */
  readonly disagreements: number;
}

/** Digits of two classes. */
interface Pair extends Disposable {
  readonly count: number;
  readonly pixels: Digits;
  readonly x: Tensor;
  /** 0 or 1. */
  readonly y: Uint8Array;
  /** ‖(x, 1)‖ of each. */
  readonly lengths: Float64Array;
  /** n + 1 of each: its pixels that are not 0, the bias, and one more. */
  readonly terms: Float64Array;
}

/**
 * Softmax regression with two classes is logistic regression: with u = W₁ - W₀ its probability of class 1 is
 * exp(z₁)/(exp(z₀) + exp(z₁)) = σ(z₁ - z₀) = σ(u·x). The mean cross-entropy's gradient by W₁ is g = mean (p - y)·x, by W₀ it is
 * -g, by the w of logistic regression g as well: a step of η/2 moves u by -η/2·(g - (-g)) = -η·g, as a step of η moves w. So
 * both train alike, batch for batch, but for rounding; the bound of that is in `boundsOf`.
 * @throws GradfoldError where there are fewer digits of the two classes than a batch has
 */
export async function twoClasses(
  backend: Backend,
  { train, test }: DigitSets,
  changes: Partial<TwoClassesSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<TwoClassesResult> {
  const settings = { ...TWO_CLASSES, ...changes };
  const { images, seed, pair, epochs, batch, rate } = settings;
  using seen = pairOf(backend, { ...train, count: images }, pair);
  using unseen = pairOf(backend, test, pair);
  if (seen.count < batch)
    throw new GradfoldError(`twoClasses: images hold ${seen.count} of the digits ${pair}, expected ${batch} at least`);
  // Multiples of 2⁻¹⁶: so is their difference, exactly.
  const random = new Random(seed);
  const first = Float32Array.from({ length: 2 * PIXELS }, () => Math.round(random.uniform(-1024, 1024)) / 65536);
  const difference = Float32Array.from({ length: PIXELS }, (_, i) => (first[2 * i + 1] ?? 0) - (first[2 * i] ?? 0));
  using weights = backend.tensor(first, [PIXELS, 2]);
  using weight = backend.tensor(difference, [PIXELS, 1]);
  using biases = backend.zeros([2]);
  using bias = backend.zeros([1]);
  using bySoftmax = sgd({ weight: weights, bias: biases }, { learningRate: rate / 2 });
  using byLogistic = sgd({ weight, bias }, { learningRate: rate });
  using labels = backend.tensor(Int32Array.from(unseen.y));
  using targets = backend.tensor(Float32Array.from(unseen.y), [unseen.count, 1]);

  using terms = backend.tensor(Float32Array.from(unseen.terms), [unseen.count, 1]);

  const total = epochs * Math.floor(seen.count / batch);
  const records: number[][] = [];
  const batches: Uint32Array[] = [];
  let read: Promise<unknown> = Promise.resolve();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const reads: Promise<ArrayLike<number>>[] = [];
    for (const rows of batchesOf(seen.count, batch, seed, epoch)) {
      batches.push(rows);
      backend.scope(() => {
        const [two, one] = [bySoftmax.parameters, byLogistic.parameters];
        const x = pixelsOf(backend, seen.pixels, rows);
        const y = Uint8Array.from(rows, (row) => seen.y[row] as number);
        const shares = Float32Array.from(rows, (row) => (at(seen.lengths, row) * at(seen.terms, row)) / batch);
        const figures = [
          ...comparison(two, one, unseen, labels, targets),
          max(multiply(magnitudesOf(two, one, unseen.x), terms)),
          sum(multiply(magnitudesOf(two, one, x), backend.tensor(shares, [batch, 1]))),
        ];
        reads.push(concat(figures.map((figure) => figure.reshape([1]))).data());
        const [classes, wanted] = [
          backend.tensor(Int32Array.from(y)),
          backend.tensor(Float32Array.from(y), [batch, 1]),
        ];
        stepOf(backend, bySoftmax, (parameters) => crossEntropy(logitsOf(parameters, x), classes));
        stepOf(backend, byLogistic, (parameters) => binaryCrossEntropyWithLogits(logitsOf(parameters, x), wanted));
      });
    }
    const all = Promise.all(reads).then((values) => {
      for (const each of values) records.push(Array.from(each));
      onProgress(records.length, total);
    });
    // Awaited below; until then a failure is nobody's but ours.
    all.catch(() => {});
    await read;
    read = all;
  }
  await read;
  const { accuracy, disagreements } = await lastWord(bySoftmax.parameters, byLogistic.parameters, unseen);
  const bounds = boundsOf({ records, batches, seen, unseen, rate });
  const steps = records.map(([probability, bySoftmaxLoss, loss], step) => ({
    ...{ step, loss: loss as number, probability: probability as number },
    lossDifference: Math.abs((bySoftmaxLoss as number) - (loss as number)),
    ...(bounds[step] as { probabilityBound: number; lossBound: number }),
  }));
  return { settings, counts: { train: seen.count, test: unseen.count }, steps, accuracy, disagreements };
}

type Linear = { readonly weight: Tensor; readonly bias: Tensor };

function logitsOf({ weight, bias }: Linear, x: Tensor): Tensor {
  return add(matmul(x, weight), bias);
}

/** Softmax's probability of class 1, [N, 1]. */
function probabilityOf(parameters: Linear, x: Tensor): Tensor {
  return slice(softmax(logitsOf(parameters, x)), [0, 1], [x.shape[0] as number, 1]);
}

/** The largest difference of probabilities, softmax's loss, the logistic loss, ‖(W₀, b₀)‖ + ‖(W₁, b₁)‖ + ‖(w, b)‖. */
function comparison(two: Linear, one: Linear, { x }: Pair, labels: Tensor, targets: Tensor): Tensor[] {
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

async function lastWord(two: Linear, one: Linear, { x, y, count }: Pair) {
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

/** What f32 may lose in one rounding. */
const UNIT = 2 ** -24;
/** So many roundings are granted to exp, log, softmax, σ and a loss of one image; `gradfold check` finds less. */
const GRANTED = 32;

/**
 * How far rounding alone can drive both models apart. Let e be ‖u - w‖ with the biases in it, n an image's pixels that are not
 * 0, with its bias, and U = 2⁻²⁴. All at each image's own values:
 *
 *     a logit's error         ζ = (n + 1)·U·Σ|x|·(|W₀| + |W₁| + |w|)      both models' together, sums in any order
 *     a probability's error   π = ζ/4 + 2·GRANTED·U                        both; σ rises by 1/4 at most
 *     a step's error          ρ = η·mean ‖(x, 1)‖·(π + 2·(N + 8)·U) + U·(‖W₀‖ + ‖W₁‖ + ‖w‖)  of N images: their mean, the move
 *     after a step            e ← max(1, η·L - 1)·e + ρ                    L = mean ‖(x, 1)‖²/4
 *
 * since the exact step w - η·∇ of a convex loss whose slope changes by at most L does not drive points apart while η·L ≤ 2. Then
 * probabilities differ by at most max ‖(x, 1)‖·e/4 + π, losses by max ‖(x, 1)‖·e + ζ and the rounding of M losses and their mean.
 */
function boundsOf(run: {
  records: readonly number[][];
  /** The rows of each step. */
  batches: readonly Uint32Array[];
  seen: Pair;
  unseen: Pair;
  rate: number;
}): { probabilityBound: number; lossBound: number }[] {
  const { records, batches, seen, unseen, rate } = run;
  const longest = unseen.lengths.reduce((most, length) => Math.max(most, length), 0);
  let apart = 0;
  return records.map(([, bySoftmaxLoss = 0, loss = 0, norms = 0, largest = 0, ofBatch = 0], step) => {
    const logit = UNIT * largest;
    const bounds = {
      probabilityBound: (longest * apart + logit) / 4 + 2 * GRANTED * UNIT,
      lossBound: longest * apart + logit + (GRANTED + unseen.count) * UNIT * (1 + bySoftmaxLoss + loss),
    };
    const lengths = Array.from(batches[step] as Uint32Array, (row) => at(seen.lengths, row));
    const mean = (of: (length: number) => number) =>
      lengths.reduce((sum, length) => sum + of(length), 0) / lengths.length;
    const roundings = mean((length) => length) * (2 * GRANTED + 2 * (lengths.length + 8));
    const growth = Math.max(1, (rate * mean((length) => length ** 2)) / 4 - 1);
    apart = growth * apart + UNIT * (rate * (ofBatch / 4 + roundings) + norms);
    return bounds;
  });
}

function at(values: Float64Array, row: number): number {
  return values[row] as number;
}

function pairOf(backend: Backend, { count, images, labels }: Digits, pair: readonly [number, number]): Pair {
  const rows = Uint32Array.from({ length: count }, (_, row) => row).filter((row) =>
    pair.includes(labels[row] as number),
  );
  const chosen = new Uint8Array(rows.length * PIXELS);
  for (const [at, row] of rows.entries()) chosen.set(images.subarray(row * PIXELS, (row + 1) * PIXELS), at * PIXELS);
  const pixels = { count: rows.length, images: chosen, labels: Uint8Array.from(rows, (row) => labels[row] as number) };
  const squares = new Float64Array(rows.length).fill(1);
  const terms = new Float64Array(rows.length).fill(2);
  for (const [i, pixel] of chosen.entries()) {
    const at = Math.floor(i / PIXELS);
    squares[at]! += (pixel / 255) ** 2;
    terms[at]! += Number(pixel > 0);
  }
  const x = pixelsOf(backend, pixels, Uint32Array.from(rows.keys()));
  return {
    ...{ count: rows.length, pixels, x, lengths: squares.map(Math.sqrt), terms },
    y: pixels.labels.map((label) => Number(label === pair[1])),
    [Symbol.dispose]: () => x.dispose(),
  };
}

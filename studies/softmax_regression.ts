import {
  type Backend,
  batchNormBackward,
  batchNormInference,
  batchNormTrain,
  crossEntropyWithGradient,
  matmul,
  subtract,
  type Tensor,
} from '../src/index.ts';
import { Random } from '../src/random/random.ts';
import { CLASSES, type Digits, labelsOf, PIXELS, pixelsOf } from './training/digits.ts';
import { predictionsOf } from './training/scoring.ts';

/** Softmax regression on pixels x in [0, 1], its logits normalized: softmax(batchNorm(x·W; γ, β)). */
export interface Model {
  /** W [784, 10]. There is no bias: batch-norm would take it off again. */
  weight: Tensor;
  /** [10] */
  gamma: Tensor;
  /** [10] */
  beta: Tensor;
  /** [10], what batch-norm scores by. */
  readonly runningMean: Tensor;
  /** [10] */
  readonly runningVariance: Tensor;
}

export interface TrainOptions {
  /** How often every image is seen. @default 3 */
  readonly epochs: number;
  /** Images a step. An epoch's last images stay out of it where they do not fill a batch. @default 200 */
  readonly batch: number;
  /** Of the first weights and of the order of the images. @default 1 */
  readonly seed: number;
}

export const DEFAULTS: TrainOptions = { epochs: 3, batch: 200, seed: 1 };

/** How far training is. */
export interface Progress {
  /** Images seen so far, every epoch's counted. */
  readonly seen: number;
  readonly total: number;
  /** The mean over the last batch that has been read back. */
  readonly loss: number;
}

const LEARNING_RATE = 1;
/** The loss is read back once in so many steps; the host runs ahead of the GPU by less than twice as many. */
const STEPS_PER_READ = 8;

export function createModel(backend: Backend, random: Random): Model {
  const reach = 1 / Math.sqrt(PIXELS);
  const weight = Float32Array.from({ length: PIXELS * CLASSES }, () => random.uniform(-reach, reach));
  return {
    weight: backend.tensor(weight, [PIXELS, CLASSES]),
    gamma: backend.full([CLASSES], 1),
    beta: backend.zeros([CLASSES]),
    runningMean: backend.zeros([CLASSES]),
    runningVariance: backend.full([CLASSES], 1),
  };
}

/**
 * One step of gradient descent, and the loss before it. The gradient that the loss sends back, (ŷ - y)/N, is scaled by
 * the learning rate at once: all that follows is linear in it, so the parameters' updates come out ready to subtract.
 * @param x [N, 784] @param labels [N]
 */
export function trainingStep(model: Model, x: Tensor, labels: Tensor, learningRate: number): Tensor {
  const { weight, gamma, beta, runningMean, runningVariance } = model;
  const { loss, ...updated } = x.backend.scope(() => {
    const z = matmul(x, weight);
    const { y, saved } = batchNormTrain(z, { gamma, beta, runningMean, runningVariance });
    const { loss, gradient } = crossEntropyWithGradient(y, labels, { inPlace: true, scale: learningRate });
    const { dx: dz, dGamma, dBeta } = batchNormBackward(z, gradient, saved, { gamma });
    const dWeight = matmul(x, dz, { transposeA: true });
    return {
      loss,
      weight: subtract(weight, dWeight),
      gamma: subtract(gamma, dGamma),
      beta: subtract(beta, dBeta),
    };
  });
  for (const old of [weight, gamma, beta]) old.dispose();
  Object.assign(model, updated);
  return loss;
}

/** Trains a new model. Nothing is awaited but, now and then, a loss of some steps ago: the GPU never waits for the host. */
export async function train(
  backend: Backend,
  digits: Digits,
  { epochs, batch, seed }: TrainOptions = DEFAULTS,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Model> {
  const random = new Random(seed);
  const model = createModel(backend, random);
  const stepsPerEpoch = Math.floor(digits.count / batch);
  const steps = epochs * stepsPerEpoch;
  let order = new Uint32Array();
  let read = Promise.resolve();
  for (let step = 0; step < steps; step++) {
    const at = step % stepsPerEpoch;
    if (at === 0) order = random.permutation(digits.count);
    const rows = order.subarray(at * batch, (at + 1) * batch);
    using x = pixelsOf(backend, digits, rows);
    using labels = labelsOf(backend, digits, rows);
    // Down to nothing in a straight line: the last steps average the noise of single batches out.
    using loss = trainingStep(model, x, labels, LEARNING_RATE * (1 - step / steps));
    if (step % STEPS_PER_READ !== STEPS_PER_READ - 1 && step < steps - 1) continue;
    await read;
    const seen = (step + 1) * batch;
    read = loss.item().then((value) => onProgress({ seen, total: steps * batch, loss: value }));
    // Awaited above or below; until then a failure is nobody's but ours.
    read.catch(() => {});
  }
  await read;
  return model;
}

/** The digit that the model sees in each image. */
export function predict(backend: Backend, model: Model, digits: Digits): Promise<Uint32Array> {
  const { weight, gamma, beta, runningMean: mean, runningVariance: variance } = model;
  return predictionsOf(backend, digits, (x) => batchNormInference(matmul(x, weight), { mean, variance, gamma, beta }));
}

export function disposeModel(model: Model): void {
  for (const tensor of Object.values(model) as Tensor[]) tensor.dispose();
}

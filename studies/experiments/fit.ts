import { valueAndGrad } from '../../src/autograd/value_and_grad.ts';
import { GradfoldError } from '../../src/core/errors.ts';
import type { Parameters } from '../../src/core/parameters.ts';
import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import type { Layer, Tensors } from '../../src/nn/layer.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { add } from '../../src/ops/add.ts';
import { classificationError } from '../../src/ops/classification_error.ts';
import { crossEntropy } from '../../src/ops/cross_entropy.ts';
import { gather } from '../../src/ops/gather.ts';
import type { Optimizer } from '../../src/optim/optimizer.ts';
import { type SgdOptions, sgd } from '../../src/optim/sgd.ts';
import { type Digits, epochOrder, labelsOf, pixelsOf } from '../training/digits.ts';

/** Digits to train on and digits to test on. */
export interface DigitSets {
  readonly train: Digits;
  readonly test: Digits;
}

/** Reports the progress of an experiment, in units of its own. */
export type OnProgress = (done: number, total: number) => void;

/** Images and labels on the GPU. */
export interface Samples extends Disposable {
  readonly count: number;
  /** [count, 784], in [0, 1]. */
  readonly x: Tensor;
  /** i32 [count] */
  readonly labels: Tensor;
}

/** The batch of one step: [N, 784] and i32 [N]. */
export type Batch = Pick<Samples, 'x' | 'labels'>;

/** @param rows the digits to upload; by default all, in order */
export function samplesOf(backend: TensorBackend, digits: Digits, rows = firstRows(digits.count)): Samples {
  const [x, labels] = [pixelsOf(backend, digits, rows), labelsOf(backend, digits, rows)];
  const dispose = () => {
    x.dispose();
    labels.dispose();
  };
  return { count: rows.length, x, labels, [Symbol.dispose]: dispose };
}

/** 0 to count - 1. */
export function firstRows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** Some of the samples as new tensors. Only indices are uploaded; the images are already on the GPU. */
export function batchOf({ x, labels }: Samples, rows: Uint32Array): Batch {
  const indices = x.backend.tensor(rows);
  return { x: gather(x, indices), labels: gather(labels, indices) };
}

/**
 * The rows of each batch of an epoch, in an order drawn from the seed and the epoch. Rows at the end that do not fill a batch
 * are left out.
 * @throws GradfoldError when there are fewer samples than `size`
 */
export function batchesOf(count: number, size: number, seed: number, epoch: number): Uint32Array[] {
  if (size > count)
    throw new GradfoldError(`experiments: batch is ${size}, expected at most ${count}, the number of samples`);
  const order = epochOrder(seed, epoch, count);
  return Array.from({ length: Math.floor(count / size) }, (_, at) => order.subarray(at * size, (at + 1) * size));
}

/** Takes one gradient step. Returns the loss before the step. */
export function stepOf<P extends Parameters>(
  backend: TensorBackend,
  optimizer: Optimizer<P>,
  lossOf: (parameters: P) => Tensor,
): Tensor {
  return backend.scope(() => {
    const { value, gradients } = valueAndGrad(lossOf)(optimizer.parameters);
    optimizer.step(gradients);
    return value;
  });
}

/** Takes a step for each batch. Returns the sum of the losses before the steps, on the GPU. */
export function stepThrough<P extends Parameters>(
  optimizer: Optimizer<P>,
  samples: Samples,
  batches: readonly Uint32Array[],
  lossOf: (parameters: P, batch: Batch) => Tensor,
): Tensor {
  const { backend } = samples.x;
  let total = backend.zeros([]);
  for (const rows of batches) {
    const next = backend.scope(() => {
      const batch = batchOf(samples, rows);
      return add(
        total,
        stepOf(backend, optimizer, (parameters) => lossOf(parameters, batch)),
      );
    });
    total.dispose();
    total = next;
  }
  return total;
}

export interface FitPlan {
  /** The number of passes over the samples. */
  readonly epochs: number;
  /** Samples per step. */
  readonly batch: number;
  /** The seed of the order of the samples. */
  readonly seed: number;
  /** Called when the last step of an epoch is queued; epochs count from 1. Its computations use that epoch's parameters. */
  readonly afterEpoch?: (epoch: number) => Promise<void> | void;
}

/**
 * Trains. Only the loss of an epoch is read back, one epoch later, so that the GPU never waits for the host.
 * @returns the mean loss of each epoch's steps
 */
export async function fit<P extends Parameters>(
  optimizer: Optimizer<P>,
  samples: Samples,
  lossOf: (parameters: P, batch: Batch) => Tensor,
  { epochs, batch, seed, afterEpoch }: FitPlan,
): Promise<number[]> {
  const losses: number[] = [];
  let pending: Promise<unknown> = Promise.resolve();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const batches = batchesOf(samples.count, batch, seed, epoch);
    using total = stepThrough(optimizer, samples, batches, lossOf);
    const read = total.item().then((sum) => {
      losses[epoch] = sum / batches.length;
    });
    const both = Promise.all([read, afterEpoch?.(epoch + 1)]);
    // Awaited below; until then a rejection must not count as unhandled.
    both.catch(() => {});
    await pending;
    pending = both;
  }
  await pending;
  return losses;
}

export interface Score {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** The fraction of images that are classified correctly. */
  readonly accuracy: number;
}

/** @param logitsOf [N, 10] from pixels [N, 784] */
export async function score({ x, labels }: Batch, logitsOf: (x: Tensor) => Tensor): Promise<Score> {
  const { loss, error } = x.backend.scope(() => {
    const logits = logitsOf(x);
    return { loss: crossEntropy(logits, labels), error: classificationError(logits, labels) };
  });
  const values = Promise.all([loss.item(), error.item()]);
  loss.dispose();
  error.dispose();
  const [mean, wrong] = await values;
  return { loss: mean, accuracy: 1 - wrong };
}

/** A model in training by gradient descent. */
export interface Learner extends Disposable {
  readonly optimizer: Optimizer<Tensors[]>;
  /** The mean cross-entropy of a batch, in training mode. */
  lossOf(parameters: Tensors[], batch: Batch): Tensor;
  /** Logits in inference mode: batch-norm uses its running averages. */
  logitsOf(x: Tensor): Tensor;
}

/** @param seed of the initial weights */
export function learnerOf(
  backend: TensorBackend,
  layers: readonly Layer[],
  seed: number,
  options: SgdOptions,
): Learner {
  const model = sequential(backend, layers, { seed });
  const optimizer = sgd(model.parameters, options);
  return {
    optimizer,
    lossOf: (parameters, { x, labels }) => crossEntropy(model.forward(x, { training: true }, parameters), labels),
    logitsOf: (x) => model.forward(x, { training: false }, optimizer.parameters),
    [Symbol.dispose]() {
      optimizer.dispose();
      model.dispose();
    },
  };
}

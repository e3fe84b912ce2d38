// The main job: softmax regression with batch-norm on MNIST.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, createBackend, type Tensor } from '../../src/node.ts';
import { Random } from '../../src/random/random.ts';
import * as reference from '../../src/reference/index.ts';
import { loadMnist, type Mnist } from '../../studies/mnist.ts';
import {
  createModel,
  disposeModel,
  type Model,
  type Progress,
  predict,
  train,
  trainingStep,
} from '../../studies/softmax_regression.ts';
import { type Digits, PIXELS } from '../../studies/training/digits.ts';
import { accuracyOf, confusionOf } from '../../studies/training/scoring.ts';

let backend: Backend;
let mnist: Mnist;
beforeAll(async () => {
  [backend, mnist] = await Promise.all([createBackend(), loadMnist()]);
});
afterAll(() => backend.dispose());

const firstOf = (digits: Digits, count: number): Digits => ({
  count,
  images: digits.images.subarray(0, count * PIXELS),
  labels: digits.labels.subarray(0, count),
});

/** The model's values, each as its bits. */
async function bitsOf(model: Model): Promise<Record<keyof Model, number[]>> {
  const entries = Object.entries(model) as [string, Tensor][];
  const values = await Promise.all(entries.map(([, tensor]) => tensor.data()));
  return Object.fromEntries(
    entries.map(([name], index) => [name, [...new Uint32Array((values[index] as Float32Array<ArrayBuffer>).buffer)]]),
  ) as Record<keyof Model, number[]>;
}

const hostOf = async (tensor: Tensor) => ({
  shape: [...tensor.shape],
  data: Float64Array.from((await tensor.data()) as Float32Array),
});

test('a step is the one that float64 takes', async () => {
  const digits = firstOf(mnist.train, 64);
  const model = createModel(backend, new Random(5));
  const [weight, gamma, beta] = await Promise.all([model.weight, model.gamma, model.beta].map(hostOf));
  if (!weight || !gamma || !beta) throw new Error('three were read');
  const x = { shape: [64, PIXELS], data: Float64Array.from(digits.images, (pixel) => Math.fround(pixel / 255)) };
  const labels = { shape: [64], data: Int32Array.from(digits.labels) };

  const z = reference.matmul(x, weight);
  const runningMean = { shape: [10], data: new Float64Array(10) };
  const runningVariance = { shape: [10], data: new Float64Array(10).fill(1) };
  const { y, saved } = reference.batchNormTrain(z, { gamma, beta, runningMean, runningVariance });
  const truth = reference.crossEntropyWithGradient(y, labels, { scale: 0.3 });
  const { dx, dGamma, dBeta } = reference.batchNormBackward(z, truth.gradient, saved, { gamma });
  const wanted = {
    weight: reference.subtract(weight, reference.matmul(x, dx, { transposeA: true })),
    gamma: reference.subtract(gamma, dGamma),
    beta: reference.subtract(beta, dBeta),
    runningMean,
    runningVariance,
  };

  using pixels = backend.tensor(x.data, x.shape, 'f32');
  using targets = backend.tensor(labels.data);
  using loss = trainingStep(model, pixels, targets, 0.3);
  expect(Math.abs((await loss.item()) - truth.loss.data[0]!)).toBeLessThan(1e-6);
  for (const [name, { data }] of Object.entries(wanted)) {
    const got = await model[name as keyof Model].data();
    const worst = Math.max(...got.map((value, index) => Math.abs(value - Number(data[index]))));
    expect(worst, name).toBeLessThan(1e-6);
  }
  disposeModel(model);
});

test('all 60,000 images: at least 0.91 of the test images are recognized', async () => {
  const model = await train(backend, mnist.train);
  const confusion = confusionOf(mnist.test.labels, await predict(backend, model, mnist.test));
  disposeModel(model);
  console.log(`test accuracy ${accuracyOf(confusion)}`);
  expect(accuracyOf(confusion)).toBeGreaterThanOrEqual(0.91);
  expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(10_000);
}, 300_000);

describe('on 3,000 images', () => {
  const options = { epochs: 2, batch: 100, seed: 7 };

  test('one seed gives the same bits, another gives others', async () => {
    const digits = firstOf(mnist.train, 3000);
    const runs: { bits: Record<keyof Model, number[]>; losses: number[]; predictions: Uint32Array }[] = [];
    for (const seed of [7, 7, 8]) {
      const losses: number[] = [];
      const model = await train(backend, digits, { ...options, seed }, ({ loss }) => losses.push(loss));
      const predictions = await predict(backend, model, firstOf(mnist.test, 1000));
      runs.push({ bits: await bitsOf(model), losses, predictions });
      disposeModel(model);
    }
    const [one, again, other] = runs;
    expect(again).toEqual(one);
    expect(other?.bits.weight).not.toEqual(one?.bits.weight);
    // Not vacuous: what is equal has learned something.
    expect(accuracyOf(confusionOf(mnist.test.labels.subarray(0, 1000), one!.predictions))).toBeGreaterThan(0.7);
  });

  test('memory does not grow, and all of it comes back', async () => {
    const digits = firstOf(mnist.train, 3000);
    const before = backend.memory().liveBytes;
    const pooled: number[] = [];
    for (const epochs of [1, 1, 4]) {
      const model = await train(backend, digits, { ...options, epochs });
      const kept = Object.values(model).reduce((bytes, tensor) => bytes + tensor.storage.bytes, 0);
      expect(backend.memory().liveBytes - before).toBe(kept);
      disposeModel(model);
      expect(backend.memory().liveBytes).toBe(before);
      pooled.push(backend.memory().pooledBytes);
    }
    // How far the host gets ahead differs from run to run, but never by more than two reads' worth of batches.
    expect(pooled[2]! - pooled[0]!).toBeLessThan(16 * 100 * PIXELS * 4);
  });

  test('progress is told to the end', async () => {
    const seen: Progress[] = [];
    const model = await train(backend, firstOf(mnist.train, 3000), { ...options, batch: 250 }, (each) =>
      seen.push(each),
    );
    disposeModel(model);
    expect(seen.map((each) => each.seen)).toEqual([2000, 4000, 6000]);
    expect(seen.every(({ total, loss }) => total === 6000 && loss > 0 && loss < 3)).toBe(true);
  });
});

test('the confusion counts rows by digit, columns by prediction', () => {
  const confusion = confusionOf(Uint8Array.of(0, 0, 9, 4), Uint32Array.of(0, 6, 9, 9));
  expect(confusion[0]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  expect(confusion[4]?.[9]).toBe(1);
  expect(confusion[9]?.[9]).toBe(1);
  expect(accuracyOf(confusion)).toBe(0.5);
});

test('the generator: the same numbers everywhere, and a permutation is one', () => {
  const random = new Random(1);
  expect([random.bits(), random.bits(), random.bits()]).toMatchInlineSnapshot(`
    [
      2527132011,
      314344336,
      2535364964,
    ]
  `);
  const order = new Random(3).permutation(1000);
  expect(order).toEqual(new Random(3).permutation(1000));
  expect(order).not.toEqual(new Random(4).permutation(1000));
  expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
});

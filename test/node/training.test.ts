import { describe, expect, test } from 'vitest';
import {
  detectAnomaly,
  multiply,
  readSafetensors,
  saveSafetensors,
  sqrt,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { loadMnist } from '../../studies/mnist.ts';
import { lossOf } from '../../studies/training/losses.ts';
import { shortPlan, type TrainingPlan } from '../../studies/training/plan.ts';
import { type Progress, Training } from '../../studies/training/training.ts';
import { useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();
const { train, test: unseen } = await loadMnist();
const PLAN: TrainingPlan = { model: 'mlp', epochs: 2, batch: 100, seed: 4, images: 1000 };
const digits = { ...train, count: PLAN.images };
const few = { ...unseen, count: 1000 };

test('an MLP learns from a thousand digits', { timeout: 120_000 }, async () => {
  using training = new Training(backend(), PLAN);
  const first = await training.epoch(digits);
  const seen: number[] = [];
  const onProgress = ({ step, steps, loss }: Progress) => {
    expect(steps).toBe(20);
    expect(loss).toBeGreaterThan(0);
    seen.push(step);
  };
  const second = await training.epoch(digits, { onProgress });
  expect(seen).toEqual([18, 20]);
  expect(second).toBeLessThan(first / 2);
  expect(await training.accuracy(few)).toBeGreaterThan(0.75);
});

test('a CNN learns, and training resumes from its file bit for bit', { timeout: 120_000 }, async () => {
  const plan: TrainingPlan = { model: 'cnn', epochs: 6, batch: 50, seed: 4, images: 100 };
  const hundred = { ...train, count: plan.images };
  using training = new Training(backend(), plan);
  const losses = [];
  for (let epoch = 0; epoch < 5; epoch++) losses.push(await training.epoch(hundred));
  expect(losses[4]).toBeLessThan((losses[0] as number) / 3);
  using resumed = Training.load(backend(), await training.save(), plan);
  for (const each of [training, resumed]) await each.epoch(hundred);
  expect(Buffer.compare(await resumed.save(), await training.save())).toBe(0);
  expect(await training.accuracy({ ...unseen, count: 300 })).toBeGreaterThan(0.3);
});

describe('a saved training', () => {
  test('resumes bit for bit, at the end of an epoch and within one', { timeout: 120_000 }, async () => {
    const plan = { ...PLAN, batch: 20, images: 200 };
    const small = { ...train, count: plan.images };
    using whole = new Training(backend(), plan);
    using begun = new Training(backend(), plan);
    while (whole.step < whole.steps) await whole.epoch(small);
    const stop = new AbortController();
    await begun.epoch(small, { onProgress: ({ step }) => step >= 8 && stop.abort(), signal: stop.signal });
    expect(begun.step).toBeGreaterThanOrEqual(8);
    expect(begun.step).toBeLessThanOrEqual(plan.images / plan.batch);
    using resumed = Training.load(backend(), await begun.save(), plan);
    expect(resumed.step).toBe(begun.step);
    while (resumed.step < resumed.steps) await resumed.epoch(small);
    expect(Buffer.compare(await resumed.save(), await whole.save())).toBe(0);
  });

  test('is a safetensors file with parameters, running statistics and moments', async () => {
    using training = new Training(backend(), PLAN);
    const { tensors, metadata } = readSafetensors(await training.save());
    expect(tensors['parameters.0.weight']?.shape).toEqual([784, 256]);
    expect(tensors['running.1.variance']?.shape).toEqual([256]);
    expect(tensors['moments.mean.0.weight']?.shape).toEqual([784, 256]);
    expect(JSON.parse(metadata.plan as string)).toEqual(PLAN);
  });

  test('is refused if it belongs to another plan or is not a training', async () => {
    using training = new Training(backend(), { ...PLAN, model: 'softmax' });
    const bytes = await training.save();
    expect(() => Training.load(backend(), bytes, PLAN)).toThrow(
      /^train: the file has the plan .*"softmax".*, expected .*"mlp"/,
    );
    const other = await saveSafetensors({ x: backend().zeros([2]) });
    expect(() => Training.load(backend(), other)).toThrow(
      'train: the file has no training state, expected a file that `train --save` wrote',
    );
  });
});

test('two runs of the same plan give the same bits', { timeout: 120_000 }, async () => {
  const plan = { ...PLAN, epochs: 1, batch: 20, images: 100 };
  const once = async () => {
    using training = new Training(backend(), plan);
    await training.epoch({ ...train, count: plan.images });
    return training.save();
  };
  expect(Buffer.compare(await once(), await once())).toBe(0);
});

test('a step of the MLP queues at most 40 dispatches, reads nothing back and leaks no memory', async () => {
  using training = new Training(backend(), { ...PLAN, epochs: 6, images: 200 });
  const small = { ...train, count: 200 };
  await training.epoch(small);
  const { liveBytes } = backend().memory();
  using watch = watchLaunches(backend());
  await training.epoch(small);
  expect(watch.launches.length / 2).toBeLessThanOrEqual(40);
  expect(backend().memory().liveBytes).toBe(liveBytes);
});

describe('a NaN loss', () => {
  /** A training whose weights hold a NaN. */
  async function broken(): Promise<Training> {
    using training = new Training(backend(), { ...PLAN, model: 'softmax' });
    const { tensors, metadata } = readSafetensors(await training.save());
    const weight = tensors['parameters.0.weight']?.data as Float32Array;
    weight[0] = Number.NaN;
    const named = Object.entries(tensors).map(([name, { data, shape }]) => [name, backend().tensor(data, shape)]);
    return Training.load(backend(), await saveSafetensors(Object.fromEntries(named), { metadata }));
  }

  test('stops training with an error that names the step', async () => {
    using training = await broken();
    await expect(training.epoch(digits)).rejects.toThrow('train: the loss is NaN in step 1, expected a number');
  });

  test('is traced to the op that produced the first NaN, on request', async () => {
    using training = await broken();
    await expect(training.epoch(digits, { detectAnomaly: true })).rejects.toThrow(
      'train: in step 1, detectAnomaly: matmul: y [100, 10] is not finite, the first such output',
    );
    using healthy = new Training(backend(), { ...PLAN, images: 200 });
    const small = { ...train, count: 200 };
    expect(await healthy.epoch(small, { detectAnomaly: true })).toBeGreaterThan(0);
  });
});

test('anomaly detection also covers gradients', async () => {
  const p = backend().tensor([0, 1]);
  const grad = valueAndGrad((p: Tensor) => sum(sqrt(p)));
  await expect(detectAnomaly(backend(), () => grad(p))).rejects.toThrow(
    'detectAnomaly: divide: y [2] is not finite, the first such output',
  );
  const { value } = await detectAnomaly(backend(), () => valueAndGrad((p: Tensor) => sum(multiply(p, p)))(p));
  expect(await value.item()).toBe(1);
});

describe('a plan without batch-norm or with another loss', () => {
  test('omits defaults', () => {
    expect(JSON.stringify(shortPlan({ ...PLAN, batchNorm: true, loss: 'crossEntropy' }))).toBe(JSON.stringify(PLAN));
    expect(shortPlan({ ...PLAN, batchNorm: false, loss: 'squaredError' })).toEqual({
      ...PLAN,
      batchNorm: false,
      loss: 'squaredError',
    });
  });

  test('without batch-norm, has layers with biases and no running statistics', async () => {
    using training = new Training(backend(), { ...PLAN, batchNorm: false });
    const { tensors } = readSafetensors(await training.save());
    const names = Object.keys(tensors).filter((name) => !name.startsWith('moments.'));
    expect(names.sort()).toEqual([0, 2, 4].flatMap((i) => [`parameters.${i}.bias`, `parameters.${i}.weight`]));
  });

  test('with the squared error, averages over all probabilities', async () => {
    // All probabilities are 1/10: nine errors of 0.1² and one of 0.9².
    using loss = lossOf('squaredError', backend().zeros([3, 10]), backend().tensor(Int32Array.of(4, 0, 9)));
    expect(await loss.item()).toBeCloseTo((9 * 0.01 + 0.81) / 10, 6);
  });

  test('learns, and resumes from its file bit for bit', async () => {
    const plan = shortPlan({ ...PLAN, batch: 20, images: 200, batchNorm: false, loss: 'squaredError' });
    const small = { ...train, count: plan.images };
    using training = new Training(backend(), plan);
    const first = await training.epoch(small);
    using resumed = Training.load(backend(), await training.save(), plan);
    for (const each of [training, resumed]) expect(await each.epoch(small)).toBeLessThan(first / 1.5);
    expect(Buffer.compare(await resumed.save(), await training.save())).toBe(0);
  });
});

test('an epoch in pieces equals a whole epoch, and the model can be evaluated meanwhile', async () => {
  const plan = { ...PLAN, epochs: 1, batch: 20, images: 100 };
  using whole = new Training(backend(), plan);
  using pieces = new Training(backend(), plan);
  const small = { ...train, count: plan.images };
  await whole.epoch(small);
  const three = { ...digits, count: 3 };
  while (pieces.step < pieces.steps) {
    const [values] = await Promise.all([pieces.logProbabilities(three), pieces.epoch(small, { steps: 3 })]);
    for (const row of [0, 1, 2]) {
      const sum = values.subarray(10 * row, 10 * row + 10).reduce((sum, value) => sum + Math.exp(value), 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  }
  expect(Buffer.compare(await pieces.save(), await whole.save())).toBe(0);
});

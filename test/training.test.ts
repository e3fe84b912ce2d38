import { describe, expect, test } from 'vitest';
import { loadMnist } from '../src/cli/mnist.ts';
import { readSafetensors, saveSafetensors } from '../src/index.ts';
import { Training, type TrainingPlan } from '../src/training/training.ts';
import { useBackend } from './support.ts';

const backend = useBackend();
const { train, test: unseen } = await loadMnist();
const PLAN: TrainingPlan = { model: 'mlp', epochs: 2, batch: 100, seed: 4, images: 1000 };
const digits = { ...train, count: PLAN.images };
const few = { ...unseen, count: 1000 };

test('an MLP learns the digits from a thousand of them', { timeout: 120_000 }, async () => {
  using training = new Training(backend(), PLAN);
  const first = await training.epoch(digits);
  const seen: number[] = [];
  const second = await training.epoch(digits, ({ step, steps, loss }) => {
    expect(steps).toBe(20);
    expect(loss).toBeGreaterThan(0);
    seen.push(step);
  });
  expect(seen).toEqual([18, 20]);
  expect(second).toBeLessThan(first / 2);
  expect(await training.accuracy(few)).toBeGreaterThan(0.75);
});

describe('a training that was saved', () => {
  const bytesAfter = async (training: Training, epochs: number) => {
    for (let i = 0; i < epochs; i++) await training.epoch(digits);
    return training.save();
  };

  test('goes on bit for bit, at the end of an epoch and within one', { timeout: 120_000 }, async () => {
    using whole = new Training(backend(), PLAN);
    using begun = new Training(backend(), PLAN);
    const expected = await bytesAfter(whole, 2);
    const stop = new AbortController();
    await begun.epoch(digits, ({ step }) => step >= 8 && stop.abort(), stop.signal);
    expect(begun.step).toBeGreaterThanOrEqual(8);
    expect(begun.step).toBeLessThanOrEqual(PLAN.images / PLAN.batch);
    using resumed = Training.load(backend(), await begun.save(), PLAN);
    expect(resumed.step).toBe(begun.step);
    while (resumed.step < resumed.steps) await resumed.epoch(digits);
    expect(await resumed.save()).toEqual(expected);
  });

  test('is a file that others read: parameters, running statistics, moments', async () => {
    using training = new Training(backend(), PLAN);
    const { tensors, metadata } = readSafetensors(await training.save());
    expect(tensors['parameters.0.weight']?.shape).toEqual([784, 256]);
    expect(tensors['running.1.variance']?.shape).toEqual([256]);
    expect(tensors['moments.mean.0.weight']?.shape).toEqual([784, 256]);
    expect(JSON.parse(metadata.plan as string)).toEqual(PLAN);
  });

  test('is refused where it is of another plan, or none at all', async () => {
    using training = new Training(backend(), { ...PLAN, model: 'softmax' });
    const bytes = await training.save();
    expect(() => Training.load(backend(), bytes, PLAN)).toThrow(
      /^train: the file is of .*"softmax".*, expected .*"mlp"/,
    );
    const other = await saveSafetensors({ x: backend().zeros([2]) });
    expect(() => Training.load(backend(), other)).toThrow(
      'train: the file holds no training, expected one that gradfold train --save wrote',
    );
  });
});

test('two runs of one plan give the same bits', { timeout: 120_000 }, async () => {
  const plan = { ...PLAN, epochs: 1, images: 400 };
  const once = async () => {
    using training = new Training(backend(), plan);
    await training.epoch({ ...train, count: 400 });
    return training.save();
  };
  expect(await once()).toEqual(await once());
});

test('a step of the MLP queues at most 40 dispatches, reads nothing back, and leaves no memory behind', async () => {
  using training = new Training(backend(), { ...PLAN, epochs: 6, images: 200 });
  const { runtime } = backend();
  const small = { ...train, count: 200 };
  await training.epoch(small);
  const { liveBytes } = backend().memory();
  let dispatches = 0;
  const own = runtime.launch;
  runtime.launch = (launch) => {
    dispatches++;
    own.call(runtime, launch);
  };
  try {
    await training.epoch(small);
  } finally {
    runtime.launch = own;
  }
  expect(dispatches / 2).toBeLessThanOrEqual(40);
  expect(backend().memory().liveBytes).toBe(liveBytes);
});

test('a loss that is no number stops it, with its step', async () => {
  using training = new Training(backend(), { ...PLAN, model: 'softmax' });
  const bytes = await training.save();
  const { tensors, metadata } = readSafetensors(bytes);
  const weight = tensors['parameters.0.weight']?.data as Float32Array;
  weight[0] = Number.NaN;
  const named = Object.entries(tensors).map(([name, { data, shape }]) => [name, backend().tensor(data, shape)]);
  const broken = Training.load(backend(), await saveSafetensors(Object.fromEntries(named), { metadata }));
  await expect(broken.epoch(digits)).rejects.toThrow('train: the loss is NaN in step 1, expected a number');
  broken.dispose();
});

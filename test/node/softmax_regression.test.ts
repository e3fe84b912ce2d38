// Softmax regression with batch-norm on MNIST.

import { expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { loadMnist } from '../../studies/mnist.ts';
import { accuracyOf, confusionOf } from '../../studies/training/scoring.ts';
import { Training } from '../../studies/training/training.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('training on all 60,000 images reaches a test accuracy of at least 0.92', async () => {
  const digits = await loadMnist();
  using training = new Training(backend(), { model: 'softmax-bn', images: 60_000, epochs: 3, batch: 200, seed: 1 });
  while (training.step < training.steps) await training.epoch(digits.train);
  const confusion = confusionOf(digits.test.labels, await training.predictions(digits.test));
  console.log(`test accuracy ${accuracyOf(confusion)}`);
  expect(accuracyOf(confusion)).toBeGreaterThanOrEqual(0.92);
  expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(10_000);
}, 300_000);

test('the confusion matrix has one row per digit and one column per prediction', () => {
  const confusion = confusionOf(Uint8Array.of(0, 0, 9, 4), Uint32Array.of(0, 6, 9, 9));
  expect(confusion[0]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  expect(confusion[4]?.[9]).toBe(1);
  expect(confusion[9]?.[9]).toBe(1);
  expect(accuracyOf(confusion)).toBe(0.5);
});

test('the random generator gives the same numbers everywhere, and its permutations are permutations', () => {
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

// Runs a worked example of classification metrics on the adapter. test/reference/ checks the reference on the same one.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  classificationError,
  crossEntropyOfProbabilities,
  meanSquaredError,
  type Tensor,
} from '../../src/index.ts';
import { openBackend } from '../support.ts';

const TARGETS = [
  [1, 0],
  [0, 1],
  [1, 0],
];
const NN1 = [
  [0.9, 0.1],
  [0.1, 0.9],
  [0.4, 0.6],
];
const NN2 = [
  [0.6, 0.4],
  [0.3, 0.7],
  [0.1, 0.9],
];

describe('two networks, three inputs, two classes', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend();
  });
  afterAll(() => backend.dispose());

  const measured = (loss: (y: Tensor, targets: Tensor) => Tensor) =>
    Promise.all(
      [NN1, NN2].map(async (network) => {
        using result = backend.scope(() => loss(backend.tensor(network), backend.tensor(TARGETS)));
        return result.item();
      }),
    );

  test('have the same classification error, 1/3', async () => {
    expect(await measured(classificationError)).toEqual([Math.fround(1 / 3), Math.fround(1 / 3)]);
  });

  test('have mean squared errors of 0.25 and 0.71 per row, and half of that per element', async () => {
    const [mean1, mean2] = (await measured(meanSquaredError)) as [number, number];
    expect(2 * mean1).toBeCloseTo(0.76 / 3, 6);
    expect(2 * mean1).toBeCloseTo(0.25, 2);
    expect(2 * mean2).toBeCloseTo(2.12 / 3, 6);
    expect(2 * mean2).toBeCloseTo(0.71, 2);
    const [sum1] = await measured((y, targets) => meanSquaredError(y, targets, { reduction: 'sum' }));
    expect(sum1! / 3).toBeCloseTo(0.76 / 3, 6);
  });

  test('have cross-entropies of 0.38 and 1.06, by probabilities and by labels', async () => {
    const [h1, h2] = (await measured(crossEntropyOfProbabilities)) as [number, number];
    expect(h1).toBeCloseTo(-(Math.log(0.9) + Math.log(0.9) + Math.log(0.4)) / 3, 6);
    expect(h1).toBeCloseTo(0.38, 2);
    expect(h2).toBeCloseTo(1.06, 2);
    const labels = Int32Array.of(0, 1, 0);
    expect(await measured((y) => crossEntropyOfProbabilities(y, backend.tensor(labels)))).toEqual([h1, h2]);
  });
});

import { describe, expect, test } from 'vitest';
import { adam, adamw, clipByGlobalNorm, sgd } from '../../src/reference/index.ts';

const one = { shape: [1], data: [1] };
const twice = [[one], [one]];
const after = (trained: { data: Float64Array }[]) => trained[0]?.data[0] as number;

describe('steps from 1 along a gradient of 1 match values computed by hand', () => {
  test('sgd', () => {
    expect(after(sgd([one], twice, { learningRate: 0.1 }))).toBeCloseTo(0.8, 14);
    // The momentum buffer is 1, then 1.9.
    expect(after(sgd([one], twice, { learningRate: 0.1, momentum: 0.9 }))).toBeCloseTo(0.71, 14);
    // The step direction is 1 + 0.9, then 1 + 0.9·1.9.
    expect(after(sgd([one], twice, { learningRate: 0.1, momentum: 0.9, nesterov: true }))).toBeCloseTo(0.539, 14);
    // The decayed gradient is 1.5, then 1 + 0.5·0.85.
    expect(after(sgd([one], twice, { learningRate: 0.1, weightDecay: 0.5 }))).toBeCloseTo(0.7075, 14);
  });

  test('adam and adamw: bias correction makes the running means those of the gradients', () => {
    const options = { learningRate: 0.1, epsilon: 0 };
    expect(after(adam([one], twice, options))).toBeCloseTo(0.8, 14);
    expect(after(adam([one], [[one]], { ...options, weightDecay: 7 }))).toBeCloseTo(0.9, 14);
    expect(after(adamw([one], [[one]], { ...options, weightDecay: 0.5 }))).toBeCloseTo(0.85, 14);
    expect(after(adamw([one], [[one]], options))).toBeCloseTo(0.899, 14);
    expect(after(adam([one], [[one]], { learningRate: 0.1, epsilon: 1 }))).toBeCloseTo(0.95, 14);
  });
});

test('clipByGlobalNorm scales gradients above the norm and leaves others unchanged', () => {
  const gradients = [
    { shape: [1], data: [3] },
    { shape: [1], data: [-4] },
  ];
  const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 1);
  expect(norm).toBe(5);
  expect(clipped.map(({ data }) => data[0])).toEqual([3 / 5.000001, -4 / 5.000001]);
  expect(clipByGlobalNorm(gradients, 6).gradients.map(({ data }) => data[0])).toEqual([3, -4]);
});

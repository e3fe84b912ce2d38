import { describe, expect, test } from 'vitest';
import { adam, adamw, clipByGlobalNorm, sgd } from '../../src/reference/index.ts';

const one = { shape: [1], data: [1] };
const twice = [[one], [one]];
const after = (trained: { data: Float64Array }[]) => trained[0]?.data[0] as number;

describe('steps by hand, from 1 along a gradient of 1', () => {
  test('sgd', () => {
    expect(after(sgd([one], twice, { learningRate: 0.1 }))).toBeCloseTo(0.8, 14);
    // b = 1, then 1.9
    expect(after(sgd([one], twice, { learningRate: 0.1, momentum: 0.9 }))).toBeCloseTo(0.71, 14);
    // d = 1 + 0.9, then 1 + 0.9·1.9
    expect(after(sgd([one], twice, { learningRate: 0.1, momentum: 0.9, nesterov: true }))).toBeCloseTo(0.539, 14);
    // g = 1.5, then 1 + 0.5·0.85
    expect(after(sgd([one], twice, { learningRate: 0.1, weightDecay: 0.5 }))).toBeCloseTo(0.7075, 14);
  });

  test('adam and adamw: corrected, the means are those of the gradients', () => {
    const options = { learningRate: 0.1, epsilon: 0 };
    expect(after(adam([one], twice, options))).toBeCloseTo(0.8, 14);
    expect(after(adam([one], [[one]], { ...options, weightDecay: 7 }))).toBeCloseTo(0.9, 14);
    expect(after(adamw([one], [[one]], { ...options, weightDecay: 0.5 }))).toBeCloseTo(0.85, 14);
    expect(after(adamw([one], [[one]], options))).toBeCloseTo(0.899, 14);
    expect(after(adam([one], [[one]], { learningRate: 0.1, epsilon: 1 }))).toBeCloseTo(0.95, 14);
  });
});

test('gradients above the norm are scaled by it, others are not', () => {
  const gradients = [
    { shape: [1], data: [3] },
    { shape: [1], data: [-4] },
  ];
  const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 1);
  expect(norm).toBe(5);
  expect(clipped.map(({ data }) => data[0])).toEqual([3 / 5.000001, -4 / 5.000001]);
  expect(clipByGlobalNorm(gradients, 6).gradients.map(({ data }) => data[0])).toEqual([3, -4]);
});

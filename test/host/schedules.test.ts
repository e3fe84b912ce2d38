import { describe, expect, test } from 'vitest';
import { schedules } from '../../src/index.ts';

describe('schedules', () => {
  test('are functions of the step, counted from 0', () => {
    const { constant, stepDecay, exponential, cosine } = schedules;
    expect([0, 9].map(constant(0.5))).toEqual([0.5, 0.5]);
    expect([0, 2, 3, 6].map(stepDecay(8, 3, 0.5))).toEqual([8, 8, 4, 2]);
    expect([0, 1, 3].map(exponential(8, 0.5))).toEqual([8, 4, 1]);
    const rate = cosine(1, 12, { warmup: 4, floor: 0.5 });
    expect([0, 1, 3].map(rate)).toEqual([0.25, 0.5, 1]);
    expect([4, 12, 99].map(rate)).toEqual([1, 0.5, 0.5]);
    expect(rate(8)).toBeCloseTo(0.75, 12);
  });

  test('refuse invalid arguments', () => {
    const { constant, stepDecay, exponential, cosine } = schedules;
    expect(() => constant(-1)).toThrow('constant: learningRate is -1, expected a number of at least 0');
    expect(() => stepDecay(1, 0, 1)).toThrow('stepDecay: every is 0, expected a whole number of at least 1');
    expect(() => exponential(1, Number.NaN)).toThrow('exponential: factor is NaN, expected a number of at least 0');
    expect(() => cosine(1, 2.5)).toThrow('cosine: steps is 2.5, expected a whole number of at least 1');
    expect(() => cosine(1, 5, { warmup: 5 })).toThrow('cosine: warmup is 5, expected less than steps, 5');
  });
});

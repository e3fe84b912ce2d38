import { describe, expect, test } from 'vitest';
import { meanSquaredError } from '../../src/reference/index.ts';
import { nd } from './helpers.ts';

const none = { reduction: 'none' } as const;

describe('meanSquaredError', () => {
  test('is the mean over all elements, their sum, or one loss per element', () => {
    const [y, t] = [
      nd([
        [1, 2],
        [3, 4],
      ]),
      nd([
        [1, 0],
        [0, 0],
      ]),
    ];
    expect(meanSquaredError(y, t).data[0]).toBe(29 / 4);
    expect(meanSquaredError(y, t, { reduction: 'sum' }).data[0]).toBe(29);
    expect(meanSquaredError(y, t, none)).toEqual({ shape: [2, 2], data: Float64Array.of(0, 4, 9, 16) });
    expect(() => meanSquaredError(y, nd([1]))).toThrow(
      'meanSquaredError: target is [1], expected [2, 2] like prediction',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { classificationError, crossEntropyOfProbabilities, meanSquaredError, sum } from '../../src/reference/index.ts';
import { expectClose, labels, nd } from './helpers.ts';

const none = { reduction: 'none' } as const;

describe('the worked example: two networks, three inputs, two classes', () => {
  const targets = nd([
    [1, 0],
    [0, 1],
    [1, 0],
  ]);
  const nn1 = nd([
    [0.9, 0.1],
    [0.1, 0.9],
    [0.4, 0.6],
  ]);
  const nn2 = nd([
    [0.6, 0.4],
    [0.3, 0.7],
    [0.1, 0.9],
  ]);

  test('the classification error is 1/3 for both', () => {
    expect(classificationError(nn1, targets).data[0]).toBe(1 / 3);
    expect(classificationError(nn2, targets).data[0]).toBe(1 / 3);
  });

  test('the squared error, summed over classes and averaged over rows, is 0.25 and 0.71', () => {
    const perRow = (y: typeof nn1): number => sum(meanSquaredError(y, targets, none)).data[0]! / 3;
    expect(perRow(nn1)).toBeCloseTo(0.76 / 3, 14);
    expect(perRow(nn1)).toBeCloseTo(0.25, 2);
    expect(perRow(nn2)).toBeCloseTo(2.12 / 3, 14);
    expect(perRow(nn2)).toBeCloseTo(0.71, 2);
    expectClose(meanSquaredError(nn1, targets).data, [0.38 / 3]);
  });

  test('the cross-entropy is 0.38 and 1.06', () => {
    const h1 = crossEntropyOfProbabilities(nn1, targets).data[0]!;
    const h2 = crossEntropyOfProbabilities(nn2, targets).data[0]!;
    expectClose([h1], [-(Math.log(0.9) + Math.log(0.9) + Math.log(0.4)) / 3]);
    expect(h1).toBeCloseTo(0.38, 2);
    expect(h2).toBeCloseTo(1.06, 2);
    expectClose(crossEntropyOfProbabilities(nn1, labels(0, 1, 0)).data, [h1]);
  });
});

import { describe, expect, test } from 'vitest';
import { logSoftmax, logSoftmaxBackward } from '../../src/reference/index.ts';
import { expectClose, expectRelative, nd, normal, numericGradient } from './helpers.ts';

describe('logSoftmax', () => {
  test('is accurate where the probability rounds to one', () => {
    const y = logSoftmax(nd([[0, -100]])).data;
    expectRelative(y[0], -Math.exp(-100));
    expect(y[1]).toBe(-100);
  });

  test('the backward pass is the derivative', () => {
    for (const axis of [0, 1]) {
      const x = normal([4, 3], { seed: 5 });
      const dy = normal([4, 3], { seed: 6 });
      const dx = logSoftmaxBackward(logSoftmax(x, { axis }), dy, { axis });
      expectClose(
        dx.data,
        numericGradient((at) => logSoftmax(at, { axis }), x, dy),
        1e-9,
      );
    }
  });
});

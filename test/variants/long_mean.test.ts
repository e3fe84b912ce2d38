import { expect, test } from 'vitest';
import { toHalf } from '../../src/conformance/suite/half.ts';
import { mean, multiply, slice, type Tensor, valueAndGrad } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('1024·mean over 40 million halves has a gradient', { timeout: 240_000 }, async () => {
  const n = 40_000_000;
  using x = backend().full([n], 1, 'f16');
  using factor = backend().full([], 1024, 'f16');
  const { value, gradients } = valueAndGrad((x: Tensor) => multiply(mean(x), factor))(x);
  expect(await value.item()).toBe(1024);
  for (const start of [0, n - 3]) {
    using part = slice(gradients, [start], [3]);
    expect([...(await part.data())]).toEqual(Array(3).fill(toHalf(1024 / n)));
  }
  value.dispose();
  gradients.dispose();
});

import { describe, expect, test } from 'vitest';
import {
  batchNormTrain,
  binaryCrossEntropyWithLogitsBackward,
  crossEntropy,
  crossEntropyBackward,
  exp,
  multiply,
  nllLossBackward,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { alongGradient, errorOf, gradientsOf, STEP_OF_GRADIENTS, slopesOf } from '../gradient_support.ts';
import { OF_OPS, OTHERS, values } from '../gradient_trials.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

/** The permitted difference of f32 gradients and float64 differences, relative to the largest component. */
const TOLERANCE = 1e-5;

describe('the gradient of the gradient along a direction matches differences of the reference', () => {
  test.each([...OF_OPS, ...OTHERS])('%s', async (_, parameters, fn) => {
    const direction = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape }], i) => [name, values(shape, 40 + i, 0.25, 1)]),
    );
    const along = alongGradient(fn, direction);
    const slopes = slopesOf(along, parameters, STEP_OF_GRADIENTS);
    expect(slopes, 'a kink within a step').toBeDefined();
    const { gradients } = await gradientsOf(backend(), along, parameters);
    expect(errorOf(gradients, slopes as NonNullable<typeof slopes>)).toBeLessThan(TOLERANCE);
  });
});

test('the sum of the gradient of (Σx)² at [1, 2] is 12, with the slope [4, 4]', async () => {
  const x = backend().tensor([1, 2]);
  const { value, gradients } = valueAndGrad((x: Tensor) => {
    const inner = valueAndGrad((x: Tensor) => multiply(sum(x), sum(x)))(x);
    return sum(inner.gradients);
  })(x);
  expect(await value.item()).toBe(12);
  expect(await gradients.data()).toEqual(Float32Array.of(4, 4));
});

describe('halves', () => {
  /** The gradient of fn's slope along some direction, with x in f32 and in f16. */
  const inBoth = (fn: (x: Tensor) => Tensor, numbers: readonly number[], shape: readonly number[]) =>
    Promise.all(
      (['f32', 'f16'] as const).map(async (dtype) => {
        const x = backend().tensor([...numbers], [...shape], dtype);
        const { gradients } = valueAndGrad((x: Tensor) =>
          sum(
            multiply(
              valueAndGrad(fn)(x).gradients,
              backend().tensor(
                numbers.map((_, i) => 0.25 * (i + 1)),
                [...shape],
                dtype,
              ),
            ).cast('f32'),
          ),
        )(x);
        expect(gradients.dtype).toBe(dtype);
        return gradients.data();
      }),
    );
  const numbers = [0.5, -1, 2, 0.25, 1, -0.5, 0, 1.5];

  test.each<[string, (x: Tensor) => Tensor]>([
    ['crossEntropy', (x) => multiply(crossEntropy(x, labels()), crossEntropy(x, labels()))],
    ['batchNormTrain', (x) => sum(exp(batchNormTrain(x).y)).cast('f32')],
  ])('%s has the second derivative that it has in f32', async (_, fn) => {
    const [wide, narrow] = await inBoth(fn, numbers, [4, 2]);
    const largest = Math.max(...[...(wide as Float32Array)].map(Math.abs));
    expect(largest).toBeGreaterThan(0.01);
    for (const [i, value] of (narrow as Float32Array).entries())
      expect(Math.abs(value - (wide as Float32Array)[i]!)).toBeLessThan(2 ** -8 * largest);
  });
  const labels = () => backend().tensor(Int32Array.of(1, 0, 0, 1));
});

describe('what has no gradient is refused', () => {
  const x = () => backend().tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  const half = () => backend().full([2, 3], 0.5);
  const of = (fn: (p: Tensor) => Tensor, p: Tensor) => () => valueAndGrad(fn)(p);

  test('the targets and weights of losses, also by their backward passes', () => {
    const message = (op: string, input: string) => `valueAndGrad: ${op} has no gradient with respect to ${input}`;
    const ones = backend().full([3], 1);
    expect(of((p) => sum(crossEntropyBackward(x(), p)), half())).toThrow(message('crossEntropyBackward', 'targets'));
    expect(of((weight) => sum(crossEntropyBackward(x(), half(), { weight })), ones)).toThrow(
      message('crossEntropyBackward', 'weight'),
    );
    expect(of((p) => sum(nllLossBackward(x(), p)), half())).toThrow(message('nllLossBackward', 'targets'));
    expect(of((p) => sum(binaryCrossEntropyWithLogitsBackward(x(), p)), half())).toThrow(
      message('binaryCrossEntropyWithLogitsBackward', 'targets'),
    );
  });

  test('third derivatives of crossEntropy', () => {
    const gradientOf = (fn: (p: Tensor) => Tensor) => (p: Tensor) =>
      sum(multiply(valueAndGrad(fn)(p).gradients, half()));
    expect(of(gradientOf(gradientOf((p) => crossEntropy(p, half()))), x())).toThrow(
      'valueAndGrad: crossEntropyBackward has no gradient with respect to targets',
    );
  });
});

import { aroundEach, describe, expect, test } from 'vitest';
import {
  type Conv2dOptions,
  conv2d,
  conv2dInputBackward,
  conv2dWeightBackward,
  matmul,
  multiply,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { sameBits, total, uniform, useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const given = (shape: readonly number[], seed = 1) => ({ shape, data: uniform(sizeOf(shape), -1, 1, seed) });
const tensorOf = ({ shape, data }: ReturnType<typeof given>) => backend().tensor(data, shape);

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs((actual[i] as number) - (expected[i] as number))).toBeLessThanOrEqual(tolerance);
  }
}

describe('2-D convolution', () => {
  test('is a cross-correlation: the weight slides over the image without being flipped', async () => {
    const x = backend().tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
    const weight = backend().tensor([1, 10, 100, 1000], [1, 1, 2, 2]);
    const y = conv2d(x, weight);
    expect(y.shape).toEqual([1, 1, 2, 2]);
    expect([...(await y.data())]).toEqual([5421, 6532, 8754, 9865]);
  });

  test('pads the image with zeros, and skips every second window at stride 2', async () => {
    const x = backend().tensor([1, 2, 3, 4], [1, 1, 2, 2]);
    const ones = backend().full([1, 1, 3, 3], 1);
    expect([...(await conv2d(x, ones, { padding: 1 }).data())]).toEqual([10, 10, 10, 10]);
    const y = conv2d(x, ones, { padding: 2, stride: 2 });
    expect(y.shape).toEqual([1, 1, 2, 2]);
    expect([...(await y.data())]).toEqual([1, 3, 4, 10]);
    expect(conv2d(x, ones, { padding: [1, 2], stride: [1, 3] }).shape).toEqual([1, 1, 2, 2]);
  });

  test('with a 1 × 1 window is a matrix product over the channels', async () => {
    const x = given([2, 5, 3, 4]);
    const weight = given([7, 5, 1, 1], 2);
    const y = await conv2d(tensorOf(x), tensorOf(weight)).data();
    const columns = tensorOf(x).reshape([2, 5, 12]);
    const both = backend().tensor([...weight.data, ...weight.data], [2, 7, 5]);
    expectNear(y, await matmul(both, columns).data(), 0);
  });

  test.each<Conv2dOptions>([{}, { stride: 2, padding: 1 }])('and its gradients are adjoint: %j', async (options) => {
    const [x, weight] = [given([3, 2, 7, 6]), given([4, 2, 3, 2], 2)];
    const y = conv2d(tensorOf(x), tensorOf(weight), options);
    const g = given(y.shape, 3);
    const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      total(Array.from(a, (value, i) => value * (b[i] as number)));
    const dx = conv2dInputBackward(tensorOf(g), tensorOf(weight), { ...options, shape: x.shape });
    const dWeight = conv2dWeightBackward(tensorOf(x), tensorOf(g), { ...options, shape: weight.shape });
    const forward = product(await y.data(), g.data);
    expect(Math.abs(product(await dx.data(), x.data) - forward)).toBeLessThan(1e-4);
    expect(Math.abs(product(await dWeight.data(), weight.data) - forward)).toBeLessThan(1e-4);
  });

  test('a non-finite pixel reaches the windows that contain it, and no other image', async () => {
    const x = given([2, 1, 5, 5]);
    x.data[12] = Number.NaN; // the center of the first
    x.data[25] = Number.POSITIVE_INFINITY; // a corner of the second
    const y = await conv2d(tensorOf(x), backend().full([1, 1, 3, 3], 1), { padding: 1 }).data();
    const far = (i: number, row: number, col: number) =>
      Math.max(Math.abs(Math.floor((i % 25) / 5) - row), Math.abs((i % 5) - col));
    for (const [i, value] of y.entries()) {
      if (i < 25) expect(Number.isNaN(value)).toBe(far(i, 2, 2) <= 1);
      else expect(value === Number.POSITIVE_INFINITY).toBe(far(i, 0, 0) <= 1);
    }
  });

  test('does not read the elements around a view, here NaN', async () => {
    const surrounded = ({ shape, data }: ReturnType<typeof given>, before: number) => {
      const all = new Float32Array(data.length + before + 9).fill(Number.NaN);
      all.set(data, before);
      return backend().tensor(all, [all.length]).view(before, shape);
    };
    const [x, weight] = [given([2, 3, 5, 5]), given([3, 3, 3, 3], 2)];
    const dy = given([2, 3, 3, 3], 3);
    for (const before of [3, 4]) {
      const [seen, by, g] = [surrounded(x, before), surrounded(weight, before), surrounded(dy, before)];
      expectNear(await conv2d(seen, by).data(), reference.conv2d(x, weight).data);
      expectNear(
        await conv2dInputBackward(g, by, { shape: x.shape }).data(),
        reference.conv2dInputBackward(dy, weight, { shape: x.shape }).data,
      );
      expectNear(
        await conv2dWeightBackward(seen, g, { shape: weight.shape }).data(),
        reference.conv2dWeightBackward(x, dy, { shape: weight.shape }).data,
      );
    }
  });

  test('of no images is empty; over no channels it is zero', async () => {
    const zeros = (shape: number[]) => backend().zeros(shape);
    expect(conv2d(zeros([0, 2, 3, 3]), zeros([4, 2, 2, 2])).shape).toEqual([0, 4, 2, 2]);
    expect(await conv2d(zeros([1, 0, 3, 3]), zeros([2, 0, 3, 3])).data()).toEqual(new Float32Array(2));
    const weight = { shape: [4, 2, 2, 2] };
    expect(await conv2dWeightBackward(zeros([0, 2, 3, 3]), zeros([0, 4, 2, 2]), weight).data()).toEqual(
      new Float32Array(32),
    );
  });

  test('gives the same bits on every run', async () => {
    const [x, dy] = [tensorOf(given([9, 4, 14, 14])), tensorOf(given([9, 8, 14, 14], 2))];
    const shape = [8, 4, 3, 3];
    const once = () => conv2dWeightBackward(x, dy, { shape, padding: 1 }).data();
    expect(sameBits(await once(), await once())).toBe(true);
  });
});

describe('with bindings of 4096 bytes', () => {
  aroundEach((run) => {
    const { runtime } = backend();
    const { machine } = runtime;
    return runtime.withMachine({ ...machine, maxBindingBytes: 4096 + machine.offsetAlignment }, run);
  });

  test('processes the images a few at a time', async () => {
    const [x, weight] = [given([11, 2, 9, 9]), given([3, 2, 3, 3], 2)];
    const options = { padding: 1 };
    const dy = given([11, 3, 9, 9], 3);
    using launches = watchLaunches(backend());
    expectNear(await conv2d(tensorOf(x), tensorOf(weight), options).data(), reference.conv2d(x, weight, options).data);
    expect(launches.launches.filter(({ op }) => op === 'conv2d').length).toBeGreaterThan(1);
    expectNear(
      await conv2dInputBackward(tensorOf(dy), tensorOf(weight), { ...options, shape: x.shape }).data(),
      reference.conv2dInputBackward(dy, weight, { ...options, shape: x.shape }).data,
    );
    expectNear(
      await conv2dWeightBackward(tensorOf(x), tensorOf(dy), { ...options, shape: weight.shape }).data(),
      reference.conv2dWeightBackward(x, dy, { ...options, shape: weight.shape }).data,
      1e-4,
    );
  });

  test('rejects an image or a weight larger than a binding', () => {
    const zeros = (shape: number[]) => backend().zeros(shape);
    expect(() => conv2d(zeros([2, 1, 40, 40]), zeros([1, 1, 3, 3]))).toThrow(
      "conv2d: an image of x [1, 40, 40] takes 6400 bytes, expected at most 4096 (this adapter's maxStorageBufferBindingSize, less the alignment)",
    );
    expect(() => conv2d(zeros([2, 40, 4, 4]), zeros([40, 40, 1, 1]))).toThrow(
      'conv2d: weight [40, 40, 1, 1] takes 6400 bytes, expected at most 4096',
    );
  });
});

describe('gradients', () => {
  test('the gradient of the image is not computed when only the weight’s is requested', () => {
    const [x, weight] = [tensorOf(given([1, 1, 4, 4])), tensorOf(given([2, 1, 3, 3], 2))];
    using launches = watchLaunches(backend());
    valueAndGrad((w: Tensor) => sum(conv2d(x, w)))(weight).gradients.dispose();
    expect(launches.launches.map(({ op }) => op)).not.toContain('conv2dInputBackward');
    expect(launches.launches.map(({ op }) => op)).toContain('conv2dWeightBackward');
  });

  test('the gradient of |d Σy / dx|² with respect to the weight matches finite differences', async () => {
    const [x, weight] = [tensorOf(given([1, 2, 4, 4])), given([2, 2, 3, 3], 2)];
    // For Σ conv(x, w), dx is the sum of the weights that met each pixel, so that |dx|² is quadratic in w.
    const energy = (w: Tensor) => {
      const { gradients } = valueAndGrad((pixels: Tensor) => sum(conv2d(pixels, w)))(x);
      return sum(multiply(gradients, gradients));
    };
    const { gradients } = valueAndGrad(energy)(tensorOf(weight));
    const lossOf = (data: Float32Array) => {
      const ones = { shape: [1, 2, 2, 2], data: new Float32Array(8).fill(1) };
      const dx = reference.conv2dInputBackward(ones, { shape: weight.shape, data }, { shape: x.shape }).data;
      return total(dx.map((value) => value * value));
    };
    const slopes = weight.data.map((_, i) => {
      const moved = (step: number) => lossOf(weight.data.map((value, at) => (at === i ? value + step : value)));
      return (moved(0.25) - moved(-0.25)) / 0.5;
    });
    expectNear(await gradients.data(), slopes, 1e-4);
  });
});

describe('invalid input', () => {
  type Given = readonly (readonly [shape: number[], dtype?: 'f16' | 'i32'])[];
  type Call = (a: Tensor, b: Tensor) => Tensor;
  const weight = [4, 3, 2, 2];
  test.each<[string, Given, Call, string]>([
    [
      'three axes',
      [[[3, 5, 5]], [weight]],
      (x, w) => conv2d(x, w),
      'conv2d: x is [3, 5, 5], expected four axes: [N, C, H, W]',
    ],
    [
      'a matrix as the weight',
      [[[1, 3, 5, 5]], [[4, 3]]],
      (x, w) => conv2d(x, w),
      'conv2d: weight is [4, 3], expected four axes: [O, C, KH, KW]',
    ],
    [
      'a mismatched number of channels',
      [[[1, 2, 5, 5]], [weight]],
      (x, w) => conv2d(x, w),
      'conv2d: weight is [4, 3, 2, 2], expected [4, 2, 2, 2] for x [1, 2, 5, 5]',
    ],
    ['integers', [[[1, 3, 5, 5], 'i32'], [weight]], (x, w) => conv2d(x, w), 'conv2d: x is i32, expected f32 or f16'],
    [
      'two dtypes',
      [[[1, 3, 5, 5], 'f16'], [weight]],
      (x, w) => conv2d(x, w),
      'conv2d: weight is f32, expected f16 like x',
    ],
    [
      'a window larger than the image',
      [[[1, 3, 1, 5]], [weight]],
      (x, w) => conv2d(x, w),
      "conv2d: the weight's window is [2, 2], expected at most [1, 5]: a plane of [1, 5] with padding [0, 0]",
    ],
    [
      'a stride of 0',
      [[[1, 3, 5, 5]], [weight]],
      (x, w) => conv2d(x, w, { stride: 0 }),
      'conv2d: stride is 0, expected a whole number in [1, 2147483647] or a [height, width] pair of them',
    ],
    [
      'a padding of half a pixel',
      [[[1, 3, 5, 5]], [weight]],
      (x, w) => conv2d(x, w, { padding: [0, 0.5] }),
      'conv2d: padding is [0, 0.5], expected a whole number in [0, 2147483647] or a [height, width] pair of them',
    ],
    [
      'a gradient of the wrong shape',
      [[[1, 4, 4, 5]], [weight]],
      (dy, w) => conv2dInputBackward(dy, w, { shape: [1, 3, 5, 5] }),
      'conv2dInputBackward: dy is [1, 4, 4, 5], expected [1, 4, 4, 4] like conv2d of [1, 3, 5, 5] by [4, 3, 2, 2]',
    ],
    [
      'a weight of the wrong shape',
      [[[1, 3, 5, 5]], [[1, 4, 4, 4]]],
      (x, dy) => conv2dWeightBackward(x, dy, { shape: [4, 2, 2, 2] }),
      'conv2dWeightBackward: shape is [4, 2, 2, 2], expected [4, 3, 2, 2] for x [1, 3, 5, 5]',
    ],
  ])('%s', (_, given, call, message) => {
    const [a, b] = given.map(([shape, dtype]) => backend().zeros(shape, dtype)) as [Tensor, Tensor];
    const { liveBytes } = backend().memory();
    expect(() => call(a, b)).toThrow(message);
    expect(backend().memory().liveBytes).toBe(liveBytes);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AveragePool2dOptions,
  averagePool2d,
  averagePool2dBackward,
  max,
  maxPool2d,
  maxPool2dBackward,
  mean,
  multiply,
  type Pool2dOptions,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { type Windows2dOptions, windows2d } from '../../src/plan/windows2d.ts';
import * as reference from '../../src/reference/index.ts';
import { sameBits, uniform, useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** A tensor of one plane with these rows. */
const planeOf = (rows: readonly (readonly number[])[]) => backend().tensor([[rows]]);
/** The rows of a tensor of one plane. */
async function rowsOf(y: Tensor) {
  const [values, width] = [[...(await y.data())], y.shape[3] as number];
  return Array.from({ length: y.shape[2] as number }, (_, row) => values.slice(row * width, (row + 1) * width));
}

/** Multiples of 1/8 below 16: exact in f16, with exact sums and many ties. */
const values = (shape: readonly number[], seed = 1) =>
  uniform(sizeOf(shape), -16, 16, seed).map((value) => Math.round(value * 8) / 8);

/** A tensor at element `start` of its storage, and the same values on the host. */
function given(shape: readonly number[], dtype: 'f32' | 'f16' = 'f32', start = 0, seed = 1) {
  const data = values([sizeOf(shape) + start], seed);
  const x = backend().tensor(data, [data.length], dtype).view(start, shape);
  return { x, host: { shape, data: data.slice(start) } };
}

/** Expects the reference's result rounded to y's dtype, within 8 ulp of `scale`, the largest term of a sum. */
async function expectNear(y: Tensor, expected: { shape: readonly number[]; data: ArrayLike<number> }, scale = 0) {
  expect(y.shape).toEqual(expected.shape);
  const bound = (truth: number) => 2 ** -20 * scale + (y.dtype === 'f16' ? 2 ** -11 * Math.abs(truth) + 2 ** -25 : 0);
  const got = await y.data();
  expect(got).toHaveLength(expected.data.length);
  for (const [i, value] of got.entries()) {
    const truth = expected.data[i] as number;
    expect(Math.abs(value - truth), `[${i}] is ${value}, expected ${truth}`).toBeLessThanOrEqual(bound(truth));
  }
}

describe('windows over a plane', () => {
  const pairs = (least: number, most: number) =>
    fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

  test('are as many as fit into the padded plane', () => {
    fc.assert(
      fc.property(pairs(1, 40), pairs(1, 40), pairs(1, 9), pairs(0, 9), ([height, width], size, stride, padding) => {
        const padded = [height + 2 * padding[0], width + 2 * padding[1]] as const;
        fc.pre(size[0] <= padded[0] && size[1] <= padded[1]);
        const { output } = windows2d('op', { height, width }, { size, stride, padding });
        for (const axis of [0, 1] as const) {
          const end = (count: number) => (count - 1) * stride[axis] + size[axis];
          expect(end(output[axis])).toBeLessThanOrEqual(padded[axis]);
          expect(end(output[axis] + 1)).toBeGreaterThan(padded[axis]);
        }
      }),
    );
  });

  test('take one number for both axes or one per axis', () => {
    const plane = { height: 7, width: 9 };
    const { output, ...windows } = windows2d('op', plane, { size: 3, stride: [1, 2], padding: 1 });
    expect(windows).toEqual({ plane: [7, 9], size: [3, 3], stride: [1, 2], padding: [1, 1] });
    expect(output).toEqual([7, 5]);
    // Unlike pooling, this accepts any padding.
    expect(windows2d('op', plane, { size: 1, stride: 1, padding: 5 }).output).toEqual([17, 19]);
  });

  test.each([
    [{ size: 2.5 }, 'op: size is 2.5, expected a whole number in [1, 2147483647] or a [height, width] pair of them'],
    [{ size: 0 }, 'op: size is 0, expected a whole number in [1, 2147483647] or a [height, width] pair of them'],
    [
      { size: [2, 3, 4] },
      'op: size is [2, 3, 4], expected a whole number in [1, 2147483647] or a [height, width] pair of them',
    ],
    [{ size: '2' }, 'op: size is 2, expected a whole number in [1, 2147483647] or a [height, width] pair of them'],
    [
      { stride: [1, 0] },
      'op: stride is [1, 0], expected a whole number in [1, 2147483647] or a [height, width] pair of them',
    ],
    [
      { padding: -1 },
      'op: padding is -1, expected a whole number in [0, 2147483647] or a [height, width] pair of them',
    ],
    [
      { size: [9, 4], padding: [1, 0] },
      'op: size is [9, 4], expected at most [8, 4]: a plane of [6, 4] with padding [1, 0]',
    ],
  ])('reject %j', (wrong, message) => {
    const options = { size: 2, stride: 1, padding: 0, ...wrong } as Windows2dOptions;
    expect(() => windows2d('op', { height: 6, width: 4 }, options)).toThrow(message);
  });

  test('are named in errors by the operand that has their size', () => {
    const options = { size: 5, stride: 1, padding: 0 };
    expect(() => windows2d('op', { height: 6, width: 4 }, options, 'kernel')).toThrow('op: kernel is [5, 5], expected');
    expect(() => windows2d('op', { height: 6, width: 0 }, options)).toThrow(
      'op: a plane is [6, 0], expected at least [1, 1]',
    );
  });
});

describe('pooling one plane', () => {
  const plane = () =>
    planeOf([
      [1, 2, 3, 0],
      [4, 5, 9, 1],
      [7, 8, 6, 2],
    ]);

  test('maxPool2d returns the maximum of each window', async () => {
    expect(await rowsOf(maxPool2d(plane(), { size: 2 }))).toEqual([[5, 9]]);
    expect(await rowsOf(maxPool2d(plane(), { size: 2, stride: 1 }))).toEqual([
      [5, 9, 9],
      [8, 9, 9],
    ]);
    expect(await rowsOf(maxPool2d(plane(), { size: 2, padding: 1 }))).toEqual([
      [1, 3, 0],
      [7, 9, 2],
    ]);
    expect(await rowsOf(maxPool2d(plane(), { size: [3, 1], stride: [1, 2] }))).toEqual([[7, 9]]);
  });

  test('averagePool2d returns the mean of each window, with or without its padding', async () => {
    expect(await rowsOf(averagePool2d(plane(), { size: 2 }))).toEqual([[3, 3.25]]);
    const padded = { size: 2, padding: 1 } as const;
    expect(await rowsOf(averagePool2d(plane(), padded))).toEqual([
      [0.25, 1.25, 0],
      [2.75, 7, 0.75],
    ]);
    expect(await rowsOf(averagePool2d(plane(), { ...padded, countPadding: false }))).toEqual([
      [1, 2.5, 0],
      [5.5, 7, 1.5],
    ]);
  });

  test('maxPool2dBackward adds each window’s gradient to its largest element', async () => {
    const dy = planeOf([
      [1, 10, 100],
      [1000, 10000, 100000],
    ]);
    expect(await rowsOf(maxPool2dBackward(plane(), dy, { size: 2, stride: 1 }))).toEqual([
      [0, 0, 0, 0],
      [0, 1, 110110, 0],
      [0, 1000, 0, 0],
    ]);
  });

  test('averagePool2dBackward spreads each window’s gradient evenly', async () => {
    const dy = planeOf([
      [4, 40],
      [400, 4000],
    ]);
    const back = { shape: [1, 1, 3, 3], size: 2, stride: 1 };
    expect(await rowsOf(averagePool2dBackward(dy, back))).toEqual([
      [1, 11, 10],
      [101, 1111, 1010],
      [100, 1100, 1000],
    ]);
    const padded = { shape: [1, 1, 2, 2], size: 2, stride: 2, padding: 1 };
    expect(await rowsOf(averagePool2dBackward(dy, padded))).toEqual([
      [1, 10],
      [100, 1000],
    ]);
    expect(await rowsOf(averagePool2dBackward(dy, { ...padded, countPadding: false }))).toEqual([
      [4, 40],
      [400, 4000],
    ]);
  });
});

describe('the first of equal maxima receives the gradient', () => {
  const back = async (rows: readonly (readonly number[])[], options: Pool2dOptions) => {
    const x = planeOf(rows);
    const dy = backend().full(maxPool2d(x, options).shape, 1);
    return rowsOf(maxPool2dBackward(x, dy, options));
  };

  test('even if they are 0 and -0', async () => {
    expect(await back([[5, 5, 5, 5]], { size: [1, 4] })).toEqual([[1, 0, 0, 0]]);
    expect(await back([[-0, 0, -1, 0]], { size: [1, 4] })).toEqual([[1, 0, 0, 0]]);
    expect(await back([[-1, 0, -0, -0]], { size: [1, 4] })).toEqual([[0, 1, 0, 0]]);
  });

  test('even if they are -∞, which still exceeds padding', async () => {
    const lows = [
      [-INF, -INF],
      [-INF, -INF],
    ];
    expect(await rowsOf(maxPool2d(planeOf(lows), { size: 3, stride: 2, padding: 1 }))).toEqual([[-INF]]);
    expect(await back(lows, { size: 3, stride: 2, padding: 1 })).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  test('and NaN exceeds every number', async () => {
    const rows = [[1, NAN, INF, NAN, 2, 3]];
    expect(await rowsOf(maxPool2d(planeOf(rows), { size: [1, 3] }))).toEqual([[NAN, NAN]]);
    expect(await rowsOf(maxPool2d(planeOf(rows), { size: [1, 2], stride: 2 }))).toEqual([[NAN, NAN, 3]]);
    expect(await back(rows, { size: [1, 6] })).toEqual([[0, 1, 0, 0, 0, 0]]);
    expect(await back(rows, { size: [1, 3] })).toEqual([[0, 1, 0, 1, 0, 0]]);
  });
});

test('means and sums of gradients propagate NaN and infinities, and ∞ - ∞ is NaN', async () => {
  const rows = [[1, NAN, INF, 4, INF, -INF, -INF, 2]];
  expect(await rowsOf(averagePool2d(planeOf(rows), { size: [1, 2] }))).toEqual([[NAN, INF, NAN, -INF]]);
  const back = { shape: [1, 1, 1, 9], size: [1, 2], stride: 1 } as const;
  expect(await rowsOf(averagePool2dBackward(planeOf(rows), back))).toEqual([
    [0.5, NAN, NAN, INF, INF, NAN, -INF, -INF, 1],
  ]);
  // The one element is the maximum of both windows, so both gradients go to it.
  const x = planeOf([[0, 1, 0]]);
  const twice = { size: [1, 2], stride: 1 } as const;
  expect(await rowsOf(maxPool2dBackward(x, planeOf([[INF, -INF]]), twice))).toEqual([[0, NAN, 0]]);
  expect(await rowsOf(maxPool2dBackward(x, planeOf([[INF, 5]]), twice))).toEqual([[0, INF, 0]]);
});

const POOLED: readonly (readonly [shape: number[], options: Pool2dOptions])[] = [
  [[2, 3, 8, 12], { size: 2 }],
  [[2, 3, 11, 9], { size: 3, stride: 2, padding: 1 }],
  [[1, 3, 5, 7], { size: [1, 3], stride: [2, 1], padding: [0, 1] }],
  [[3, 1, 4, 5], { size: 4, stride: 5, padding: 2 }],
];
const PLACES = [
  ['f32', 0],
  ['f32', 1],
  ['f16', 0],
  ['f16', 3],
] as const;

describe.each(PLACES)('%s at element %i of a buffer', (dtype, start) => {
  test.each(POOLED)('pooling %j by %j equals the reference, forward and backward', async (shape, options) => {
    const { x, host } = given(shape, dtype, start);
    const pooled = reference.maxPool2d(host, options);
    const { x: dy, host: slopes } = given(pooled.shape, dtype, start, 2);
    const y = maxPool2d(x, options);
    expect(y.dtype).toBe(dtype);
    await expectNear(y, pooled);
    const dx = maxPool2dBackward(x, dy, options);
    expect(dx.dtype).toBe(dtype);
    await expectNear(dx, reference.maxPool2dBackward(host, slopes, options));
    for (const countPadding of [true, false]) {
      const counting = { ...options, countPadding };
      await expectNear(averagePool2d(x, counting), reference.averagePool2d(host, counting), 16);
      const back = averagePool2dBackward(dy, { ...counting, shape });
      expect(back.dtype).toBe(dtype);
      await expectNear(back, reference.averagePool2dBackward(slopes, { ...counting, shape }), 16);
    }
  });
});

describe('identities of pooling', () => {
  const shape = [2, 3, 6, 10];

  test('1 × 1 windows are the identity, forward and backward', async () => {
    const { x, host } = given(shape);
    for (const y of [
      maxPool2d(x, { size: 1 }),
      averagePool2d(x, { size: 1 }),
      maxPool2dBackward(x, x, { size: 1 }),
      averagePool2dBackward(x, { size: 1, shape }),
    ])
      expect(await y.data()).toEqual(host.data);
  });

  test('one window over the whole plane gives its maximum and its mean', async () => {
    const { x } = given(shape);
    const options = { size: [6, 10] } as const;
    expect(await maxPool2d(x, options).data()).toEqual(await max(x, { axis: [2, 3] }).data());
    await expectNear(
      averagePool2d(x, options).reshape([2, 3]),
      {
        shape: [2, 3],
        data: await mean(x, { axis: [2, 3] }).data(),
      },
      16,
    );
  });

  test('both backward passes preserve the sum of the gradient', async () => {
    const options: AveragePool2dOptions = { size: 3, stride: 2, padding: 1, countPadding: false };
    const { x } = given(shape);
    const { x: dy, host } = given(maxPool2d(x, options).shape, 'f32', 0, 5);
    const total = host.data.reduce((a, b) => a + b);
    expect(await sum(maxPool2dBackward(x, dy, options)).item()).toBe(total);
    expect(await sum(averagePool2dBackward(dy, { ...options, shape })).item()).toBeCloseTo(total, 3);
  });

  test('the backward pass of average pooling is its transpose: ⟨A x, dy⟩ = ⟨x, Aᵀ dy⟩', async () => {
    for (const countPadding of [true, false]) {
      const options = { size: [3, 4], stride: [2, 3], padding: [1, 2], countPadding } as const;
      const { x } = given(shape);
      const y = averagePool2d(x, options);
      const { x: dy } = given(y.shape, 'f32', 0, 5);
      const forth = await sum(multiply(y, dy)).item();
      const back = await sum(multiply(x, averagePool2dBackward(dy, { ...options, shape }))).item();
      expect(back).toBeCloseTo(forth, 2);
    }
  });
});

describe('gradients', () => {
  test('of both poolings equal the reference and have the dtype of x', async () => {
    const options = { size: 3, stride: 2, padding: 1 } as const;
    for (const dtype of ['f32', 'f16'] as const) {
      const { x, host } = given([1, 2, 5, 6], dtype);
      const { gradients } = valueAndGrad((v: Tensor) => sum(maxPool2d(v, options)))(x);
      const ones = { shape: [1, 2, 3, 3], data: new Float32Array(18).fill(1) };
      expect(gradients.dtype).toBe(dtype);
      await expectNear(gradients, reference.maxPool2dBackward(host, ones, options));
      const averaged = valueAndGrad((v: Tensor) => sum(averagePool2d(v, options)))(x).gradients;
      expect(averaged.dtype).toBe(dtype);
      await expectNear(averaged, reference.averagePool2dBackward(ones, { ...options, shape: [1, 2, 5, 6] }), 1);
    }
  });

  test('of average pooling are differentiable', async () => {
    const options = { size: 2, stride: 1 } as const;
    const { x } = given([1, 1, 3, 3]);
    const pooled = (v: Tensor) => averagePool2d(v, options);
    const { gradients } = valueAndGrad((v: Tensor) => {
      const inner = valueAndGrad((u: Tensor) => sum(multiply(pooled(u), pooled(u))))(v);
      return sum(multiply(inner.gradients, inner.gradients)); // |2·Aᵀ A x|²
    })(x);
    const apply = (v: Tensor) => averagePool2dBackward(pooled(v), { ...options, shape: [1, 1, 3, 3] });
    const expected = (await apply(apply(x)).data()).map((value) => 8 * value);
    await expectNear(gradients, { shape: [1, 1, 3, 3], data: expected }, 128);
  });
});

describe('dispatches', () => {
  test('one per pass, two for maxPool2dBackward, with reproducible bits and no allocation but the result', async () => {
    const options = { size: 3, stride: 1, padding: 1 } as const;
    const { x } = given([2, 3, 9, 9]);
    const { x: dy } = given([2, 3, 9, 9], 'f32', 0, 3);
    for (const [dispatches, run] of [
      [1, () => maxPool2d(x, options)],
      [2, () => maxPool2dBackward(x, dy, options)],
      [1, () => averagePool2d(x, options)],
      [1, () => averagePool2dBackward(dy, { ...options, shape: x.shape })],
    ] as const) {
      const { liveBytes } = backend().memory();
      using watch = watchLaunches(backend());
      using first = run();
      expect(watch.launches).toHaveLength(dispatches);
      expect(backend().memory().liveBytes - liveBytes).toBe(first.storage.bytes);
      using second = run();
      expect(sameBits(await first.data(), await second.data())).toBe(true);
    }
  });

  test('none for empty tensors', () => {
    using watch = watchLaunches(backend());
    for (const [shape, pooled] of [
      [
        [0, 3, 8, 8],
        [0, 3, 4, 4],
      ],
      [
        [2, 0, 9, 5],
        [2, 0, 4, 2],
      ],
    ] as const) {
      const [x, dy] = [backend().tensor([], shape), backend().tensor([], pooled)];
      expect(maxPool2d(x, { size: 2 }).shape).toEqual(pooled);
      expect(averagePool2d(x, { size: 2 }).shape).toEqual(pooled);
      expect(maxPool2dBackward(x, dy, { size: 2 }).shape).toEqual(shape);
      expect(averagePool2dBackward(dy, { size: 2, shape }).shape).toEqual(shape);
    }
    expect(watch.launches).toEqual([]);
  });

  test.each(PLACES)('one per run of planes that fits into a binding: %s at element %i', async (dtype, start) => {
    const { runtime } = backend();
    const own = runtime.machine;
    const shape = [3, 7, 5, 9];
    const options = { size: 2, stride: 1, padding: 1 } as const;
    const { x } = given(shape, dtype, start);
    const { x: dy } = given([3, 7, 6, 10], dtype, start, 2);
    const all = () => [
      maxPool2d(x, options),
      averagePool2d(x, options),
      maxPool2dBackward(x, dy, options),
      averagePool2dBackward(dy, { ...options, shape }),
    ];
    const whole = await Promise.all(all().map((y) => y.data()));
    // A binding holds five planes of f32, whose runs begin anywhere, or eight of f16, whose runs begin on vectors.
    await runtime.withMachine({ ...own, maxBindingBytes: own.offsetAlignment + 1250 }, async () => {
      using watch = watchLaunches(backend());
      const parts = await Promise.all(all().map((y) => y.data()));
      expect(watch.launches.length).toBeGreaterThanOrEqual(4 * 3);
      for (const [i, part] of parts.entries()) expect(sameBits(part, whole[i] as ArrayBufferView)).toBe(true);
    });
    runtime.withMachine({ ...own, maxBindingBytes: own.offsetAlignment + 100 }, () => {
      const { liveBytes } = backend().memory();
      expect(() => maxPool2d(x, options)).toThrow(
        `maxPool2d: a plane of [6, 10] takes ${dtype === 'f16' ? 120 : 240} bytes, expected at most 100 (this adapter's`,
      );
      expect(backend().memory().liveBytes).toBe(liveBytes);
    });
  });
});

describe('invalid input', () => {
  const x = () => backend().zeros([2, 3, 6, 4]);

  test('impossible windows', () => {
    expect(() => maxPool2d(x(), { size: 5 })).toThrow(
      'maxPool2d: size is [5, 5], expected at most [6, 4]: a plane of [6, 4] with padding [0, 0]',
    );
    expect(() => averagePool2d(x(), { size: [3, 2], padding: [1, 2] })).toThrow(
      'averagePool2d: padding is [1, 2], expected at most [1, 1], half of size [3, 2]',
    );
    expect(() => maxPool2d(x(), { size: 2, stride: 0 })).toThrow('maxPool2d: stride is 0, expected a whole number in');
    expect(() => maxPool2d(x(), { size: 1.5 })).toThrow('maxPool2d: size is 1.5, expected a whole number in');
    expect(() => maxPool2d(backend().zeros([2, 3, 0, 4]), { size: 1 })).toThrow(
      'maxPool2d: a plane is [0, 4], expected at least [1, 1]',
    );
  });

  test('tensors of the wrong rank, shape or dtype', () => {
    const options = { size: 2 };
    expect(() => maxPool2d(backend().zeros([6, 4]), options)).toThrow('maxPool2d: x is [6, 4], expected [N, C, H, W]');
    expect(() => averagePool2d(backend().zeros([2, 3, 6, 4], 'i32'), options)).toThrow(
      'averagePool2d: x is i32, expected f32 or f16',
    );
    expect(() => maxPool2dBackward(x(), x(), options)).toThrow(
      'maxPool2dBackward: dy is [2, 3, 6, 4], expected [2, 3, 3, 2] like maxPool2d of [2, 3, 6, 4]',
    );
    expect(() => maxPool2dBackward(x(), backend().zeros([2, 3, 3, 2], 'f16'), options)).toThrow(
      'maxPool2dBackward: dy is f16, expected f32',
    );
    expect(() => averagePool2dBackward(x(), { ...options, shape: [2, 3, 6, 4] })).toThrow(
      'averagePool2dBackward: dy is [2, 3, 6, 4], expected [2, 3, 3, 2] like averagePool2d of [2, 3, 6, 4]',
    );
    expect(() => averagePool2dBackward(x(), { ...options, shape: [3, 6, 4] })).toThrow(
      'averagePool2dBackward: shape is [3, 6, 4], expected [N, C, H, W]',
    );
    const counting = { ...options, countPadding: 1 } as unknown as AveragePool2dOptions;
    expect(() => averagePool2d(x(), counting)).toThrow('averagePool2d: countPadding is 1, expected true or false');
  });
});

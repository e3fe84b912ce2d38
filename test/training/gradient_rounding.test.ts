import { describe, expect, test } from 'vitest';
import { toHalf as half } from '../../src/conformance/suite/half.ts';
import {
  add,
  crossEntropyOfProbabilities,
  crossEntropyWithGradient,
  divide,
  logSumExp,
  max,
  maximum,
  mean,
  multiply,
  subtract,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

const f16 = (values: readonly number[], shape?: readonly number[]) =>
  backend().tensor([...values], shape && [...shape], 'f16');
const gradientOf = async (fn: (x: Tensor) => Tensor, x: Tensor) =>
  (await valueAndGrad(fn)(x).gradients.data()) as Float32Array;
const scaled = (y: Tensor, by: number) => multiply(y, backend().full([], by, y.dtype));

describe('gradients of halves are rounded once', () => {
  test.each([65_520, 100_000])('max shares its gradient among %i equal halves', async (n) => {
    const gradient = await gradientOf((x) => max(x), backend().full([n], 1, 'f16'));
    expect(new Set(gradient)).toEqual(new Set([half(1 / n)]));
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['mean', mean],
    ['logSumExp', logSumExp],
  ])('1024·%s over 100,000 halves has the gradient 0.010239', async (_, fn) => {
    const gradient = await gradientOf((x) => scaled(fn(x), 1024), backend().full([100_000], 1, 'f16'));
    expect(new Set(gradient)).toEqual(new Set([half(0.01024)]));
    expect(half(0.01024)).toBeCloseTo(0.010239, 6);
  });

  test('crossEntropyOfProbabilities over 50,000 rows', async () => {
    const rows = 50_000;
    const labels = backend().zeros([rows], 'i32');
    const p = backend().full([rows, 2], 0.5, 'f16');
    const gradient = await gradientOf((p) => crossEntropyOfProbabilities(p, labels), p);
    expect(new Set(gradient)).toEqual(new Set([half(-1 / (0.5 * rows)), 0]));
  });

  test('crossEntropyWithGradient with a large scale of the loss', async () => {
    const logits = f16([0, -12], [1, 2]);
    const labels = backend().tensor(Int32Array.of(0));
    const loss = (x: Tensor) => scaled(crossEntropyWithGradient(x, labels).loss, 2 ** 17);
    const p = 1 / (1 + Math.exp(12));
    const [first, second] = await gradientOf(loss, logits);
    for (const [value, exact] of [
      [first, -p],
      [second, p],
    ] as const)
      expect(Math.abs((value as number) - exact * 2 ** 17)).toBeLessThan(2 ** -11 * p * 2 ** 17);
  });

  test('a repeated factor sums products that are not rounded, and overflow alone', async () => {
    const x = f16([300, 300, 1]);
    const weights = f16([300, -300, 1]);
    const dy = f16([300, 300, 1]);
    const gradient = await gradientOf((b) => sum(multiply(dy, multiply(weights, b))), f16([2]));
    expect([...gradient]).toEqual([1]);
    expect([...(await gradientOf((b) => sum(multiply(dy, divide(x, b))), f16([-300])))]).toEqual([
      -half(180_001 / 90_000),
    ]);
  });

  test('the gradients of several uses are added before they are rounded', async () => {
    const by = (x: Tensor, factor: number) => sum(scaled(x, factor));
    const fn = (x: Tensor) => subtract(add(by(x, 60_000), by(x, 60_000)), by(x, 60_000));
    expect([...(await gradientOf(fn, f16([0.125, 0.25])))]).toEqual([60_000, 60_000].map(half));
  });
});

describe('a quotient has gradients wherever they fit', () => {
  const quotient = async (a: number, b: number, dy: number, dtype: 'f16' | 'f32') => {
    const [x, y, by] = [a, b, dy].map((value) => backend().tensor([value], [1], dtype)) as [Tensor, Tensor, Tensor];
    const { gradients } = valueAndGrad((p: Tensor[]) => sum(multiply(divide(p[0] as Tensor, p[1] as Tensor), by)))([
      x,
      y,
    ]);
    return (await (gradients[1] as Tensor).data())[0] as number;
  };

  test('halves', async () => {
    expect(await quotient(1e-4, 1e-3, 100, 'f16')).toBe(-9992);
  });

  test.each([
    [1e-35, 1e-30, 1e10],
    [1e25, 1e15, 1e30],
    [1e35, 1e20, 1e-30],
    [-3, 7, 11],
    [3e38, 3e38, 1e5],
    [2e-38, -1e-19, 1e-30],
  ])('f32: a = %f, b = %f, dy = %f', async (a, b, dy) => {
    const [x, y, by] = [a, b, dy].map(Math.fround) as [number, number, number];
    const exact = ((-by / y) * x) / y;
    expect(Math.abs((await quotient(a, b, dy, 'f32')) - exact)).toBeLessThan(2 ** -21 * Math.abs(exact));
  });

  test.each([
    [0, 2, 3, -0],
    [1, 0, 3, -Infinity],
    [1, Infinity, 3, -0],
    [-Infinity, 2, 3, Infinity],
    [0, 0, 3, NaN],
    [Infinity, Infinity, 3, NaN],
    [1, 2, NaN, NaN],
    [3e38, 1e-10, 1, -Infinity],
  ])('special: a = %f, b = %f, dy = %f gives %f', async (a, b, dy, expected) => {
    expect(await quotient(a, b, dy, 'f32')).toEqual(expected);
  });
});

describe('ties are decided by comparing', () => {
  const { POSITIVE_INFINITY: inf } = Number;
  test.each<[number[], number[]]>([
    [
      [inf, 1],
      [1, 0],
    ],
    [
      [-inf, -inf],
      [0.5, 0.5],
    ],
    [
      [inf, inf, 3],
      [0.5, 0.5, 0],
    ],
    [
      [-0, 0],
      [0.5, 0.5],
    ],
    [
      [3e38, -3e38],
      [1, 0],
    ],
  ])('the gradient of max(%j) is %j', async (values, expected) => {
    expect([...(await gradientOf((x) => max(x), backend().tensor(values)))]).toEqual(expected);
  });

  test('maximum passes the gradient of equal elements to b, infinities too', async () => {
    const [a, b] = [backend().tensor([inf, -inf, 1, inf, -0, 3e38]), backend().tensor([inf, -inf, inf, 1, 0, -3e38])];
    const { gradients } = valueAndGrad((p: Tensor[]) => sum(maximum(p[0] as Tensor, p[1] as Tensor)))([a, b]);
    expect([...(await (gradients[0] as Tensor).data())]).toEqual([0, 0, 0, 1, 0, 1]);
    expect([...(await (gradients[1] as Tensor).data())]).toEqual([1, 1, 1, 0, 1, 0]);
  });
});

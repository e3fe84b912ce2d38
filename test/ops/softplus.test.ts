import { expect, test } from 'vitest';
import { softplus, softplusBackward, subtract, sum, type Tensor, valueAndGrad } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

const of = async (values: number[], dtype: 'f32' | 'f16' = 'f32') => [
  ...(await softplus(backend().tensor(values, [values.length], dtype)).data()),
];

test('softplus(x) is log(1 + exp x) to the last digits, even where exp x is tiny or overflows', async () => {
  const known = [
    [0, Math.LN2],
    [1, 1.3132616875182228],
    [-1, 0.31326168751822286],
    [-20, 2.0611536181902037e-9],
    [-80, 1.8048513878454153e-35],
    // Points at which other implementations switch formulas.
    [20.5, 20.500000001250154],
    [17, 17.00000004139937],
    [1000, 1000],
  ] as const;
  const got = await of(known.map(([x]) => x));
  for (const [i, [x, y]] of known.entries()) expect(Math.abs(got[i]! - y) / y, `of ${x}`).toBeLessThan(4 * 2 ** -24);
});

test('softplus of NaN is NaN, of -∞ is 0, of ∞ is ∞, and of x near 0 is log 2', async () => {
  const values = [NAN, INF, -INF, 3.4028234663852886e38, -3.4028234663852886e38, 1e-40, -1e-40, -0];
  const half = Math.fround(Math.LN2);
  expect(await of(values)).toEqual([NAN, INF, 0, Math.fround(3.4028234663852886e38), 0, half, half, half]);
  expect(await of([NAN, INF, -INF, 65504, -65504], 'f16')).toEqual([NAN, INF, 0, 65504, 0]);
});

test('softplus(x) - softplus(-x) = x', async () => {
  const x = backend().tensor(Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 64));
  const mirrored = backend().tensor(Float32Array.from({ length: 2001 }, (_, i) => (1000 - i) / 64));
  const [difference, wanted] = await Promise.all([subtract(softplus(x), softplus(mirrored)).data(), x.data()]);
  for (const [i, value] of difference.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(16 * 2 ** -22);
});

test('its derivative is sigmoid(x), even where a huge gradient meets a tiny slope, and is differentiable', async () => {
  const x = backend().tensor([0, 2, -2, 100, -100]);
  const { gradients } = valueAndGrad((p: Tensor) => sum(softplus(p)))(x);
  const slopes = [0.5, 0.8807970779778823, 0.11920292202211755, 1, 3.720075976020836e-44];
  for (const [i, value] of (await gradients.data()).entries()) expect(value).toBeCloseTo(slopes[i]!, 6);
  const dy = backend().full([5], 1e38);
  expect((await softplusBackward(x, dy).data())[4]! / 3.720075976020836e-6).toBeCloseTo(1, 5);
  const twice = valueAndGrad((p: Tensor) => sum(softplusBackward(p, backend().full([5], 1))))(x);
  const curves = [0.25, 0.10499358540350662, 0.10499358540350652, 0, 0];
  for (const [i, value] of (await twice.gradients.data()).entries()) expect(value).toBeCloseTo(curves[i]!, 6);
});

test('softplus rejects integers', () => {
  expect(() => softplus(backend().zeros([2], 'i32'))).toThrow('softplus: x is i32, expected f32 or f16');
});

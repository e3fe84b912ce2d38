import { expect, test } from 'vitest';
import { log, logSigmoid, logSigmoidBackward, sigmoid, sum, type Tensor, valueAndGrad } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

const of = async (values: number[], dtype: 'f32' | 'f16' = 'f32') => [
  ...(await logSigmoid(backend().tensor(values, [values.length], dtype)).data()),
];

test('logSigmoid is accurate where the logistic function rounds to 0 or 1', async () => {
  const known = [
    [0, -Math.LN2],
    [1, -0.31326168751822286],
    [-1, -1.3132616875182228],
    [20, -2.0611536181902037e-9],
    [80, -1.8048513878454153e-35],
    [-17, -17.00000004139937],
    [-1000, -1000],
  ] as const;
  const got = await of(known.map(([x]) => x));
  for (const [i, [x, y]] of known.entries()) expect(Math.abs(got[i]! / y - 1), `of ${x}`).toBeLessThan(4 * 2 ** -24);
});

test('logSigmoid of NaN is NaN, of -∞ is -∞, of ∞ is 0, and of x near 0 is -log 2', async () => {
  const values = [NAN, INF, -INF, 3.4028234663852886e38, -3.4028234663852886e38, 1e-40, -1e-40, -0];
  const half = -Math.fround(Math.LN2);
  const largest = Math.fround(3.4028234663852886e38);
  expect(await of(values)).toEqual([NAN, 0, -INF, 0, -largest, half, half, half]);
  expect(await of([NAN, INF, -INF, 65504, -65504], 'f16')).toEqual([NAN, 0, -INF, 0, -65504]);
});

test('logSigmoid(x) = log(sigmoid(x)) where the logistic function is accurate', async () => {
  const x = backend().tensor(Float32Array.from({ length: 801 }, (_, i) => (i - 400) / 64));
  const [got, wanted] = await Promise.all([logSigmoid(x).data(), log(sigmoid(x)).data()]);
  for (const [i, value] of got.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6);
});

test('its derivative is sigmoid(-x), even where a huge gradient meets a tiny slope, and is differentiable', async () => {
  const x = backend().tensor([0, 2, -2, -100, 100]);
  const { gradients } = valueAndGrad((p: Tensor) => sum(logSigmoid(p)))(x);
  const slopes = [0.5, 0.11920292202211755, 0.8807970779778823, 1, 3.720075976020836e-44];
  for (const [i, value] of (await gradients.data()).entries()) expect(value).toBeCloseTo(slopes[i]!, 6);
  const dy = backend().full([5], 1e38);
  expect((await logSigmoidBackward(x, dy).data())[4]! / 3.720075976020836e-6).toBeCloseTo(1, 5);
  const twice = valueAndGrad((p: Tensor) => sum(logSigmoidBackward(p, backend().full([5], 1))))(x);
  const curves = [-0.25, -0.10499358540350662, -0.10499358540350652, 0, 0];
  for (const [i, value] of (await twice.gradients.data()).entries()) expect(value).toBeCloseTo(curves[i]!, 6);
});

test('logSigmoid rejects integers', () => {
  expect(() => logSigmoid(backend().zeros([2], 'u32'))).toThrow('logSigmoid: x is u32, expected f32 or f16');
});

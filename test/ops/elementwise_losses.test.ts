import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropyWithLogits,
  binaryCrossEntropyWithLogitsBackward,
  classificationError,
  LabelError,
  meanSquaredError,
  type Tensor,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number;
const REDUCTIONS = ['mean', 'sum', 'none'] as const;

async function close(
  actual: Tensor,
  { data: truth, shape }: { data: Float64Array; shape: number[] },
  relative: number,
) {
  expect(actual.shape).toEqual(shape);
  const values = await actual.data();
  for (const [i, expected] of truth.entries()) {
    if (!Number.isFinite(expected)) expect(values[i]).toBe(expected);
    else
      expect(Math.abs((values[i] as number) - expected)).toBeLessThanOrEqual(
        relative * Math.max(Math.abs(expected), 1e-30),
      );
  }
}

describe('binary cross-entropy with logits', () => {
  test('agrees with the reference for every reduction, with weights and positive weights that broadcast', async () => {
    const shape = [5, 7];
    const X = { shape, data: uniform(35, -20, 20) };
    const T = { shape, data: uniform(35, 0, 1, 2) };
    const W = { shape: [5, 1], data: uniform(5, 0.1, 2, 3) };
    const PW = { shape: [7], data: uniform(7, 0.1, 3, 4) };
    const [x, t, w, pw] = [X, T, W, PW].map(({ data, shape }) => backend().tensor(data, shape)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    for (const reduction of REDUCTIONS) {
      for (const weight of [undefined, w]) {
        for (const posWeight of [undefined, pw]) {
          const options = { reduction, ...(weight && { weight }), ...(posWeight && { posWeight }) };
          const onHost = { reduction, ...(weight && { weight: W }), ...(posWeight && { posWeight: PW }) };
          await close(
            binaryCrossEntropyWithLogits(x, t, options),
            reference.binaryCrossEntropyWithLogits(X, T, onHost),
            1e-6,
          );
          const gradient = await binaryCrossEntropyWithLogitsBackward(x, t, options).data();
          const truth = reference.binaryCrossEntropyWithLogitsBackward(X, T, onHost).data;
          for (const [i, g] of truth.entries()) expect(Math.abs((gradient[i] as number) - g)).toBeLessThan(5e-6);
        }
      }
    }
  });

  test('a confident prediction loses no accuracy, in the loss and in the gradient', async () => {
    const X = { shape: [6], data: Float32Array.of(21, -21, 60, -60, 10, 0) };
    const T = { shape: [6], data: Float32Array.of(1, 0, 1, 0, 1, 0.5) };
    const [x, t] = [backend().tensor(X.data), backend().tensor(T.data)];
    const options = { reduction: 'none' } as const;
    await close(
      binaryCrossEntropyWithLogits(x, t, options),
      reference.binaryCrossEntropyWithLogits(X, T, options),
      2e-6,
    );
    const upstream = backend().full([6], 3);
    const truth = reference.binaryCrossEntropyWithLogitsBackward(X, T, {
      ...options,
      upstream: { shape: [6], data: Array(6).fill(3) },
    });
    await close(binaryCrossEntropyWithLogitsBackward(x, t, { ...options, upstream }), truth, 2e-6);
  });

  test('an infinite logit has loss 0 on the target’s side and infinity on the other; NaN stays NaN', async () => {
    const X = { shape: [5], data: Float32Array.of(INF, NEG_INF, INF, NEG_INF, NAN) };
    const T = { shape: [5], data: Float32Array.of(1, 0, 0, 1, 1) };
    const [x, t] = [backend().tensor(X.data), backend().tensor(T.data)];
    const losses = await binaryCrossEntropyWithLogits(x, t, { reduction: 'none' }).data();
    expect(Array.from(losses)).toEqual([0, 0, INF, INF, NAN]);
    const slopes = await binaryCrossEntropyWithLogitsBackward(x, t, { reduction: 'sum' }).data();
    expect(Array.from(slopes, (slope) => slope + 0)).toEqual([0, 0, 1, -1, NAN]);
  });

  test('errors name the mismatched argument', () => {
    const x = backend().zeros([2, 3]);
    expect(() => binaryCrossEntropyWithLogits(x, backend().zeros([3, 2]))).toThrow(
      'binaryCrossEntropyWithLogits: targets is [3, 2], expected [2, 3] like logits',
    );
    expect(() => binaryCrossEntropyWithLogits(x, x, { weight: backend().zeros([4]) })).toThrow(
      'weight is [4], which does not broadcast to logits [2, 3]',
    );
    expect(() => binaryCrossEntropyWithLogitsBackward(x, x, { upstream: x })).toThrow(
      "upstream is [2, 3], expected [] like the loss with reduction 'mean'",
    );
  });
});

describe('mean squared error', () => {
  test('is the mean or the sum of the squared differences, or each of them', async () => {
    const X = { shape: [3, 43], data: uniform(129, -3, 3) };
    const T = { shape: [3, 43], data: uniform(129, -3, 3, 2) };
    const [x, t] = [backend().tensor(X.data, X.shape), backend().tensor(T.data, T.shape)];
    for (const reduction of REDUCTIONS) {
      await close(meanSquaredError(x, t, { reduction }), reference.meanSquaredError(X, T, { reduction }), 1e-6);
    }
    expect(await meanSquaredError(backend().zeros([0]), backend().zeros([0])).item()).toBe(NAN);
  });

  test('of equal infinities is NaN, and of one infinity is infinity', async () => {
    const x = backend().tensor([INF, INF, NAN, 1e30]);
    const t = backend().tensor([INF, 0, 0, 0]);
    expect(Array.from(await meanSquaredError(x, t, { reduction: 'none' }).data())).toEqual([NAN, INF, NAN, INF]);
  });
});

describe('classification error', () => {
  test('is the share of rows whose most likely class is not the target, for labels and probabilities', async () => {
    const scores = backend().tensor([
      [1, 2, 0],
      [3, 3, 1],
      [0, 0, 5],
      [NAN, 9, 9],
    ]);
    expect(await classificationError(scores, backend().tensor([1, 0, 0, 0], [4], 'i32')).item()).toBe(0.25);
    const soft = backend().tensor([
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(await classificationError(scores, soft).item()).toBe(0.25);
    expect(await classificationError(backend().zeros([0, 3]), backend().zeros([0], 'u32')).item()).toBe(NAN);
  });

  test('a label out of range throws, or rejects the reads if only the GPU has it', async () => {
    const scores = backend().zeros([2, 3]);
    expect(() => classificationError(scores, backend().tensor([0, 3], [2], 'i32'))).toThrow(
      'classificationError: label 3 in row 1 is outside [0, 3)',
    );
    const made = backend().tensor([0, 3]).cast('u32');
    await expect(classificationError(scores, made).item()).rejects.toThrow(LabelError);
    await backend().sync();
  });
});

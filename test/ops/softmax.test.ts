import { describe, expect, test } from 'vitest';
import {
  argmax,
  hardmax,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  ShapeError,
  softmax,
  softmaxBackward,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { onEveryFold, sameBits, total, uniform, useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number;
const LARGEST = 3.4028234663852886e38;

/** The largest relative error over the true values above `least`. */
function worstRelative(actual: ArrayLike<number>, truth: ArrayLike<number>, least: number): number {
  let worst = 0;
  for (let i = 0; i < truth.length; i++) {
    const p = truth[i] as number;
    if (p > least) worst = Math.max(worst, Math.abs((actual[i] as number) - p) / p);
  }
  return worst;
}

async function check(data: Float32Array<ArrayBuffer>, shape: [number, number]) {
  using x = backend().tensor(data, shape);
  using y = softmax(x);
  const actual = await y.data();
  const truth = reference.softmax({ shape, data }).data;
  expect(worstRelative(actual, truth, 1e-7)).toBeLessThan(2e-6);
  expect(worstRelative(actual, truth, 1e-30)).toBeLessThan(1e-5);
  for (let row = 0; row < shape[0]; row++) {
    let sum = 0;
    for (const p of actual.subarray(row * shape[1], (row + 1) * shape[1])) sum += p;
    expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
  }
}

describe('softmax', () => {
  test('one row of 262,144 and 65,537 rows of 5 match the reference', async () => {
    await check(uniform(262_144, -20, 20), [1, 262_144]);
    await check(uniform(65_537 * 5, -20, 20), [65_537, 5]);
  });

  test('an ascending row and a common offset of 1e4 cost no accuracy', async () => {
    await check(
      Float32Array.from({ length: 50_000 }, (_, i) => i / 700),
      [1, 50_000],
    );
    await check(uniform(3000, 1e4 - 8, 1e4 + 8), [3, 1000]);
  });

  test('more than 65,535 workgroups fold into two grid dimensions', async () => {
    const rows = 1_000_003;
    const { runtime } = backend();
    using x = backend().tensor(uniform(rows * 3), [rows, 3]);
    using y = runtime.withMachine({ ...runtime.machine, maxGroups: 100 }, () => softmax(x));
    const actual = await y.data();
    using z = softmax(x);
    expect(sameBits(actual, await z.data())).toBe(true);
    expect(total(actual.slice(-3))).toBeCloseTo(1, 6);
  });

  test('a tensor above the binding limit is processed in windows, with the same bits', async () => {
    const { runtime } = backend();
    for (const cols of [1000, 1003, 1002]) {
      using x = backend().tensor(uniform(97 * cols), [97, cols]);
      using whole = softmax(x);
      using parts = runtime.withMachine({ ...runtime.machine, maxBindingBytes: 40_000 }, () => softmax(x));
      expect(await parts.data()).toEqual(await whole.data());
    }
  });

  test('a view at any element offset, and a borrowed buffer of odd size', async () => {
    const data = uniform(64);
    using x = backend().tensor(data);
    for (const offset of [0, 1, 2, 3, 5, 17]) {
      using view = x.view(offset, [3, 7]);
      using y = softmax(view);
      const truth = reference.softmax({ shape: [3, 7], data: data.slice(offset, offset + 21) }).data;
      expect(worstRelative(await y.data(), truth, 0)).toBeLessThan(2e-6);
    }
    const buffer = backend().device.createBuffer({ size: 84, usage: 0x80 | 0x4 | 0x8 });
    await backend().flush();
    backend().device.queue.writeBuffer(buffer, 0, data, 0, 21);
    using borrowed = backend().fromBuffer(buffer, [3, 7]);
    using y = softmax(borrowed);
    expect(
      worstRelative(await y.data(), reference.softmax({ shape: [3, 7], data: data.slice(0, 21) }).data, 0),
    ).toBeLessThan(2e-6);
    buffer.destroy();
  });
});

describe('special values, the same on every adapter', () => {
  const rows: [string, number[]][] = [
    ['all -inf', [NEG_INF, NEG_INF, NEG_INF]],
    ['one +inf', [1, INF, 2]],
    ['two +inf', [INF, 0, INF]],
    ['NaN first', [NAN, 1, 2]],
    ['NaN last', [1, 2, NAN]],
    ['+inf and NaN', [INF, NAN, 0]],
    ['-FLT_MAX everywhere', [-LARGEST, -LARGEST, -LARGEST]],
    ['±0', [0, -0, 0]],
    ['subnormals', [1e-40, -1e-40, 1e-45]],
    ['±3e38', [3e38, -3e38, 3e38]],
    ['some -inf', [NEG_INF, 0, 0]],
    ['all finite', [1, 1, 1]],
  ];
  const shape = [rows.length, 3];
  const data = Float32Array.from(rows.flatMap(([, row]) => row));

  onEveryFold(backend, (fold) => {
    test(`${fold}: softmax, log-softmax, log-sum-exp, argmax and hardmax equal the reference per row`, async () => {
      const x = backend().tensor(data, shape);
      for (const emptyRow of ['nan', 'zero', 'uniform'] as const) {
        await agree(softmax(x, { emptyRow }), reference.softmax({ shape, data }, { emptyRow }));
        await agree(logSoftmax(x, { emptyRow }), reference.logSoftmax({ shape, data }, { emptyRow }));
      }
      await agree(logSumExp(x), reference.logSumExp({ shape, data }));
      await agree(argmax(x), reference.argmax({ shape, data }));
      await agree(hardmax(x), reference.hardmax({ shape, data }));
    });

    test(`${fold}: in the backward pass a non-finite value makes its row NaN, and no other`, async () => {
      const y = backend().tensor(data, shape);
      const ones = backend().full(shape, 1);
      const broken = rows.map(([, row]) => row.some((v) => !Number.isFinite(v)));
      for (const dx of [softmaxBackward(ones, y), softmaxBackward(y, ones), logSoftmaxBackward(ones, y)]) {
        const actual = await dx.data();
        for (const [i, value] of actual.entries()) expect(Number.isNaN(value)).toBe(broken[Math.floor(i / 3)]);
      }
    });
  });
});

async function agree(actual: { data(): Promise<ArrayLike<number>> }, { data: truth }: { data: Float64Array }) {
  const values = Array.from(await actual.data());
  for (const [i, expected] of truth.entries()) {
    const value = values[i] as number;
    if (!Number.isFinite(Math.fround(expected))) expect(value).toBe(Math.fround(expected));
    else expect(Math.abs(value - expected)).toBeLessThanOrEqual(2e-6 * Math.max(Math.abs(expected), 1e-30) + 1e-38);
  }
}

describe('arguments', () => {
  test('negative axes, keepDims, scalars and empty tensors', async () => {
    const x = backend().tensor(uniform(24), [2, 3, 4]);
    expect(softmax(x, { axis: 2 }).shape).toEqual([2, 3, 4]);
    expect(logSumExp(x).shape).toEqual([2, 3]);
    expect(logSumExp(x, { keepDims: true }).shape).toEqual([2, 3, 1]);
    expect(argmax(x).dtype).toBe('u32');
    expect(await softmax(backend().tensor(5)).data()).toEqual(Float32Array.of(1));
    expect(softmax(backend().zeros([0, 4])).shape).toEqual([0, 4]);
    expect(await softmax(backend().zeros([3, 0])).data()).toEqual(new Float32Array(0));
    expect(await logSumExp(backend().zeros([2, 0])).data()).toEqual(Float32Array.of(NEG_INF, NEG_INF));
  });

  test('errors name op, argument, expected and actual, and the backend stays usable', async () => {
    const x = backend().zeros([4, 7]);
    expect(() => softmaxBackward(x, backend().zeros([4, 8]))).toThrow(
      new ShapeError('softmaxBackward: dy is [4, 8], expected [4, 7] like y'),
    );
    expect(() => softmax(x, { axis: 2 })).toThrow('softmax: axis is 2, expected a whole number in [-2, 1] for rank 2');
    expect(() => softmax(backend().tensor([1], [1], 'i32'))).toThrow('softmax: x is i32, expected f32');
    // @ts-expect-error: not an option
    expect(() => softmax(x, { emptyRow: 'one' })).toThrow(
      "softmax: emptyRow is 'one', expected 'nan' or 'zero' or 'uniform'",
    );
    // @ts-expect-error: not a tensor
    expect(() => softmax([1, 2])).toThrow('softmax: x is Array, expected a tensor');
    expect(() => argmax(backend().zeros([2, 0]))).toThrow(
      'argmax: x is [2, 0], expected at least one element along the axis',
    );
    expect((await softmax(backend().tensor([[0, 0]])).data())[0]).toBe(0.5);
  });
});

import { aroundEach, describe, expect, test } from 'vitest';
import type { DType } from '../../src/core/data.ts';
import { IndexError } from '../../src/core/errors.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { concat } from '../../src/ops/concat.ts';
import { gather } from '../../src/ops/gather.ts';
import { type MatmulOptions, matmul } from '../../src/ops/matmul.ts';
import { max } from '../../src/ops/max.ts';
import { mean } from '../../src/ops/mean.ts';
import { multiply } from '../../src/ops/multiply.ts';
import type { ReduceOptions } from '../../src/ops/reduce.ts';
import { relu } from '../../src/ops/relu.ts';
import { slice } from '../../src/ops/slice.ts';
import { sum } from '../../src/ops/sum.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { where } from '../../src/ops/where.ts';
import type { Machine } from '../../src/plan/machine.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

/** The bytes in a binding in these tests: 1024 words. Every tensor below called large has more. */
const ROOM = 4096;
let own: Machine;
aroundEach((run) => {
  const { runtime } = backend();
  own = runtime.machine;
  return runtime.withMachine({ ...own, maxBindingBytes: ROOM + own.offsetAlignment }, run);
});

const PLACES = [
  ['f32', 'at the start', 0],
  ['f32', 'at an odd element', 1],
  ['f16', 'at the start', 0],
  ['f16', 'at an odd element', 3],
] as const;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** A tensor at element `start` of its storage, and its values as stored. */
async function given(shape: readonly number[], dtype: DType = 'f32', start = 0, seed = 1) {
  const size = sizeOf(shape);
  const data = uniform(size + start, -1, 1, seed + size);
  const x = backend()
    .tensor(data, [size + start], dtype)
    .view(start, shape);
  return { x, host: { shape, data: await x.data() } };
}

async function numbered(shape: readonly number[], dtype: DType, start: number) {
  const size = sizeOf(shape);
  // Integers that f16 represents.
  const data = Float32Array.from({ length: size + start }, (_, i) => (dtype === 'f16' ? i % 2039 : i));
  const x = backend()
    .tensor(data, [size + start], dtype)
    .view(start, shape);
  return { x, host: { shape, data: await x.data() } };
}

async function expectSame(y: Tensor, expected: { shape: readonly number[]; data: ArrayLike<number> }) {
  expect(y.shape).toEqual(expected.shape);
  expect(await y.data()).toEqual(Float32Array.from(expected.data));
}

type Given = Awaited<ReturnType<typeof given>>;

/** The permitted error: 8 ulp of `scale` for f32 arithmetic, and for f16 one more rounding. */
function boundOf(dtype: DType, truth: number, scale: number): number {
  const single = 8 * 2 ** -23 * scale;
  return dtype === 'f16' ? single + 1.01 * 2 ** -11 * Math.abs(truth) + 2 ** -25 : single;
}

async function expectNear(y: Tensor, expected: { shape: readonly number[]; data: Float64Array }, scale: Float64Array) {
  expect(y.shape).toEqual(expected.shape);
  const actual = await y.data();
  const isWrong = (value: number, i: number) => {
    const truth = expected.data[i]!;
    return !(Math.abs(value - truth) <= boundOf(y.dtype, truth, scale[i]!));
  };
  const wrong = actual.findIndex(isWrong);
  expect([wrong, actual[wrong], expected.data[wrong]]).toEqual([-1, undefined, undefined]);
}

async function expectProduct(a: Given, b: Given, options: MatmulOptions = {}) {
  const c = matmul(a.x, b.x, options);
  expect(c.dtype).toBe(a.x.dtype);
  const absolute = ({ host }: Given) => ({ ...host, data: host.data.map(Math.abs) });
  await expectNear(
    c,
    reference.matmul(a.host, b.host, options),
    reference.matmul(absolute(a), absolute(b), options).data,
  );
}

async function expectReduced({ x, host }: Given, options: ReduceOptions) {
  await expectSame(max(x, options), reference.max(host, options));
  const scale = reference.sum({ ...host, data: host.data.map(Math.abs) }, options).data;
  for (const [op, onHost] of [
    [sum, reference.sum],
    [mean, reference.mean],
  ] as const) {
    const y = op(x, options);
    expect(y.dtype).toBe(x.dtype);
    const count = op === mean ? x.size / y.size : 1;
    await expectNear(
      y,
      onHost(host, options),
      scale.map((value) => value / count),
    );
  }
}

describe.each(PLACES)('above the binding limit, %s %s', (dtype, _, start) => {
  test.each([
    [
      [83, 67],
      [1, 0],
    ],
    [
      [3, 1500],
      [1, 0],
    ],
    [
      [5, 31, 37],
      [2, 0, 1],
    ],
    [
      [5, 31, 37],
      [1, 0, 2],
    ],
    [
      [2, 5000],
      [1, 0],
    ],
  ])('transpose permutes %j by %j', async (shape, permutation) => {
    const { x, host } = await numbered(shape, dtype, start);
    await expectSame(transpose(x, permutation), reference.transpose(host, permutation));
  });

  test.each([
    [
      [83, 67],
      [5, 3],
      [77, 61],
    ],
    [[20_000], [1], [19_998]],
    [
      [7, 41, 43],
      [1, 1, 2],
      [5, 40, 40],
    ],
  ])('slice takes from %j the box at %j of size %j', async (shape, starts, sizes) => {
    const { x, host } = await numbered(shape, dtype, start);
    await expectSame(slice(x, starts, sizes), reference.slice(host, starts, sizes));
  });

  test.each([
    [
      [
        [83, 67],
        [1, 67],
        [40, 67],
      ],
      0,
    ],
    [
      [
        [83, 67],
        [83, 1],
        [83, 64],
      ],
      1,
    ],
    [
      [
        [3, 11, 100],
        [3, 30, 100],
      ],
      1,
    ],
    [[[5000], [1], [4000]], 0],
  ])('concat joins %j along axis %i', async (shapes, axis) => {
    const parts = await Promise.all(shapes.map((shape) => numbered(shape, dtype, start)));
    const xs = parts.map(({ x }) => x);
    await expectSame(
      concat(xs, axis),
      reference.concat(
        parts.map(({ host }) => host),
        axis,
      ),
    );
  });

  test.each([
    ['x', [700, 12], [40], 0],
    ['x with rows between vectors', [700, 7], [40], 0],
    ['x with a long leading axis', [100, 9, 12], [3], 1],
    ['indices and result', [5], [5000], 0],
    ['all', [700, 7], [5000], 0],
    ['all, along the last axis', [3, 5000], [7000], -1],
    ['a single row', [3, 10_000], [2], 0],
    ['a single row between vectors', [3, 9999], [1], 0],
  ])('gather with large operands: %s', async (_name, shape, taken, axis) => {
    const { x, host } = await numbered(shape, dtype, start);
    const length = shape.at(axis) as number;
    const picked = Int32Array.from({ length: sizeOf(taken) + start }, (_i, i) => ((i * 7919) % (2 * length)) - length);
    const indices = backend().tensor(picked, [picked.length]).view(start, taken);
    const expected = reference.gather(host, { shape: taken, data: picked.slice(start) }, { axis });
    await expectSame(gather(x, indices, { axis }), expected);
  });

  test('gather rejects the reads if an index from the device is out of range', async () => {
    const { x } = await numbered([700, 7], dtype, start);
    const picked = Int32Array.from({ length: 3000 }, (_i, i) => i % 700);
    picked[2500] = -701;
    picked[2900] = 700;
    const indices = add(backend().tensor(picked), backend().zeros([], 'i32'));
    await expect(gather(x, indices).data()).rejects.toEqual(new IndexError('gather', 2500, -701, [-700, 700]));
  });

  test.each([
    [[1, 1, 9001], [1]],
    [[1, 1, 9001], [9001]],
    [
      [2501, 1],
      [1, 3],
    ],
    [
      [61, 1],
      [1, 67],
    ],
    [
      [3, 1, 2049],
      [3, 5, 1],
    ],
    [[], [9001]],
    [[41, 103], [103]],
    [
      [103, 41],
      [103, 1],
    ],
    [
      [7, 1, 41],
      [31, 1],
    ],
  ])('broadcasts %j with %j', async (left, right) => {
    const [a, b] = [await given(left, dtype, start), await given(right, dtype, start, 2)];
    const round = async (x: { shape: readonly number[]; data: ArrayLike<number> }) => ({
      shape: x.shape,
      data: dtype === 'f32' ? x.data : await backend().tensor(Float32Array.from(x.data), x.shape, dtype).data(),
    });
    await expectSame(multiply(a.x, b.x), await round(reference.multiply(a.host, b.host)));
    await expectSame(where(b.x, a.x, b.x), reference.where(b.host, a.host, b.host));
  });

  test('elementwise functions of one operand', async () => {
    const { x, host } = await given([9001], dtype, start);
    await expectSame(relu(x), reference.relu(host));
  });

  test.each([
    [
      [40, 60],
      [60, 50],
    ],
    [
      [37, 61],
      [61, 43],
    ],
    [
      [1, 5001],
      [5001, 1],
    ],
    [
      [2, 3],
      [3, 5001],
    ],
    [
      [5001, 3],
      [3, 2],
    ],
    [
      [3, 3001],
      [3001, 2],
    ],
    [
      [5, 9, 70],
      [5, 70, 11],
    ],
    [
      [2, 3, 37, 61],
      [2, 3, 61, 5],
    ],
  ])('matmul of %j by %j, plain and transposed', async (shapeA, shapeB) => {
    const turned = (shape: number[]) => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = await given(transposeA ? turned(shapeA) : shapeA, dtype, start);
        const b = await given(transposeB ? turned(shapeB) : shapeB, dtype, start, 2);
        await expectProduct(a, b, { transposeA, transposeB });
      }
    }
  });

  test.each([
    [[9001], undefined],
    [[3, 5001], -1],
    [[3, 5001], 0],
    [[41, 103], 0],
    [[41, 103], 1],
    [[7, 31, 41], 1],
    [
      [7, 31, 41],
      [0, 2],
    ],
    [[5001, 1], 1],
  ])('sum, mean and max of %j along %j', async (shape, axis) => {
    await expectReduced(await given(shape, dtype, start), axis === undefined ? {} : { axis });
  });
});

test('every label from the device above the binding limit is checked and reported with its row', async () => {
  const labels = new Int32Array(5000);
  const x = backend().tensor([10, 20, 30]);
  const zero = backend().zeros([], 'i32');
  await expect(gather(x, add(backend().tensor(labels), zero)).item()).rejects.toThrow('expected one element');
  expect((await gather(x, add(backend().tensor(labels), zero)).data())[4999]).toBe(10);
  for (const bad of [0, 1023, 1024, 4999]) {
    const spoiled = labels.slice();
    spoiled[bad] = 7;
    spoiled[4999] = 7;
    const made = add(backend().tensor(spoiled), zero);
    await expect(gather(x, made).data()).rejects.toEqual(new IndexError('gather', bad, 7, [-3, 3]));
    await expect(gather(x, made.view(1, [4999])).data()).rejects.toEqual(
      new IndexError('gather', bad === 0 ? 4998 : bad - 1, 7, [-3, 3]),
    );
  }
  await backend().sync();
});

test('ops on large tensors free their temporaries', () => {
  const before = backend().memory().liveBytes;
  backend().scope(() => {
    const x = backend().zeros([83, 67]);
    transpose(x);
    concat([x, x], 1);
    gather(x, backend().zeros([3000], 'u32'));
    matmul(x, x, { transposeA: true });
    matmul(x, x, { transposeB: true });
    sum(x, { axis: 0 });
  });
  expect(backend().memory().liveBytes).toBe(before);
});

test('a tensor above the largest buffer size is rejected', () => {
  const { maxBufferBytes } = own;
  expect(() => backend().zeros([Math.floor(maxBufferBytes / 4) + 1])).toThrow('more than this adapter');
});

describe.each(['cpu', 'gpu'] as const)('workgroups above the limit of one dimension fold into two, on a %s', (kind) => {
  test.each(['f32', 'f16'] as const)('%s', async (dtype) => {
    await backend().runtime.withMachine({ ...own, kind, maxGroups: 7 }, async () => {
      const { x, host } = await numbered([301, 67], dtype, 0);
      await expectSame(transpose(x), reference.transpose(host));
      await expectSame(concat([x, x], 1), reference.concat([host, host], 1));
      const picked = Int32Array.from({ length: 500 }, (_, i) => (7 * i) % 301);
      await expectSame(
        gather(x, backend().tensor(picked)),
        reference.gather(host, { shape: [500], data: picked }, { axis: 0 }),
      );
      await expectReduced(await given([1301, 67], dtype), { axis: 0 });
      await expectReduced(await given([1301, 67], dtype), { axis: 1 });
      await expectReduced(await given([3, 200_003], dtype), { axis: 1 });
      await expectProduct(await given([301, 67], dtype), await given([67, 61], dtype, 0, 2));
      // On a GPU, this product is cut into slices of k.
      await expectProduct(await given([61, 512], dtype), await given([512, 61], dtype, 0, 2));
    });
  });
});

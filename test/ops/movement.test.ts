import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { IndexError } from '../../src/core/errors.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { concat } from '../../src/ops/concat.ts';
import { gather, gatherBackward } from '../../src/ops/gather.ts';
import { slice } from '../../src/ops/slice.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { where } from '../../src/ops/where.ts';
import { axisParams, broadcastStrides, collapse, stridesOf, walkOf } from '../../src/plan/strides.ts';
import * as reference from '../../src/reference/index.ts';
import { openBackend } from '../support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

/** The values 0, 1, 2, …, so that each element identifies its position. */
function numbered(shape: number[]) {
  return { shape, data: Int32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => i) };
}

/** Bits that floating-point arithmetic may change: a NaN's payload, a signaling NaN, a subnormal, -0. */
const DELICATE = Uint32Array.of(0x7fc12345, 0xff800001, 0x00000001, 0x80000000, 0x7f800000, 0x3f800000);

describe('transpose', () => {
  test.each([
    [[], undefined],
    [[5], undefined],
    [[3, 5], undefined],
    [[129, 67], undefined],
    [
      [3, 5],
      [0, 1],
    ],
    [[2, 3, 4], undefined],
    [
      [2, 3, 4],
      [1, 0, 2],
    ],
    [
      [2, 3, 4],
      [-1, 0, 1],
    ],
    [
      [2, 1, 3, 2, 2],
      [4, 2, 0, 1, 3],
    ],
    [
      [2, 2, 2, 2, 2, 2, 2, 2],
      [7, 5, 3, 1, 6, 4, 2, 0],
    ],
    [[0, 3], undefined],
  ])('permutes the axes of %j by %j', async (shape, permutation) => {
    const source = numbered(shape);
    using x = backend.tensor(source.data, shape);
    using y = transpose(x, permutation);
    const expected = reference.transpose(source, permutation);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('rejects a list that is not a permutation of the axes', () => {
    using x = backend.zeros([2, 3]);
    expect(() => transpose(x, [0, 0])).toThrow('transpose: permutation is [0, 0], expected every axis of [2, 3] once');
    expect(() => transpose(x, [1])).toThrow('transpose: permutation is [1], expected every axis of [2, 3] once');
    expect(() => transpose(x, [0, 2])).toThrow('transpose: axis is 2, expected a whole number in [-2, 1] for rank 2');
  });
});

describe('slice', () => {
  test.each([
    [[7], [2], [3]],
    [
      [4, 6],
      [1, 2],
      [2, 3],
    ],
    [
      [4, 6],
      [2, 0],
      [2, 6],
    ],
    [
      [3, 4, 5],
      [1, 1, 1],
      [2, 3, 4],
    ],
    [
      [3, 4],
      [3, 4],
      [0, 0],
    ],
    [[], [], []],
  ])('takes from %j the box at %j of size %j', async (shape, starts, sizes) => {
    const source = numbered(shape);
    using x = backend.tensor(source.data, shape);
    using y = slice(x, starts, sizes);
    const expected = reference.slice(source, starts, sizes);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('rejects a box that is not within x', () => {
    using x = backend.zeros([4, 6]);
    expect(() => slice(x, [1, 2], [4, 1])).toThrow(
      'slice: starts [1, 2] with sizes [4, 1], expected a box within x [4, 6]',
    );
    expect(() => slice(x, [-1, 0], [1, 1])).toThrow(
      'slice: starts [-1, 0] with sizes [1, 1], expected a box within x [4, 6]',
    );
    expect(() => slice(x, [0], [1])).toThrow('slice: starts [0] with sizes [1], expected a box within x [4, 6]');
  });
});

describe('concat', () => {
  test.each([
    [[[2], [3], [1]], 0],
    [
      [
        [2, 3],
        [1, 3],
      ],
      0,
    ],
    [
      [
        [2, 3],
        [2, 5],
        [2, 1],
      ],
      1,
    ],
    [
      [
        [2, 3, 2],
        [2, 1, 2],
      ],
      -2,
    ],
    [
      [
        [2, 0],
        [2, 3],
      ],
      1,
    ],
    [[[4, 4]], 1],
    [
      [
        [300, 1],
        [300, 2],
      ],
      1,
    ],
  ])('joins %j along axis %i', async (shapes, axis) => {
    const sources = shapes.map(numbered);
    const xs = sources.map(({ data, shape }) => backend.tensor(data, shape));
    using y = concat(xs, axis);
    const expected = reference.concat(sources, axis < 0 ? axis + shapes[0]!.length : axis);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
    for (const x of xs) x.dispose();
  });

  test('names the argument that does not match', () => {
    using x = backend.zeros([2, 3]);
    using i = backend.zeros([2, 3], 'i32');
    using wide = backend.zeros([3, 3]);
    using scalar = backend.zeros([]);
    expect(() => concat([], 0)).toThrow('concat: xs is empty, expected at least one tensor');
    expect(() => concat([x, i], 0)).toThrow('concat: xs[1] is i32, expected f32 like xs[0]');
    expect(() => concat([x, wide], 1)).toThrow('concat: xs[1] is [3, 3], expected [2, ...] like xs[0]');
    expect(() => concat([x, scalar], 0)).toThrow('concat: xs[1] is [], expected [..., 3] like xs[0]');
    expect(() => concat([scalar], 0)).toThrow('concat: xs[0] is [], expected at least one axis');
  });
});

describe('gather', () => {
  test.each([
    [[5], [3], 0],
    [[5, 2], [4], 0],
    [[3, 5, 2], [2, 2], 1],
    [[3, 5], [7], -1],
    [[3, 5], [], 1],
    [[300, 40], [1000], 0],
    [[3, 5], [0], 0],
  ])('takes from %j with indices %j along axis %i', async (shape, indexShape, axis) => {
    const source = numbered(shape);
    const length = shape.at(axis)!;
    const picked = { ...numbered(indexShape) };
    picked.data = picked.data.map((i) => (7 * i + 3) % length);
    using x = backend.tensor(source.data, shape);
    using indices = backend.tensor(picked.data, indexShape);
    using y = gather(x, indices, { axis });
    const expected = reference.gather(source, picked, { axis });
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('counts negative indices from the end of the axis, including those computed on the device', async () => {
    using x = backend.tensor([10, 20, 30]);
    using indices = backend.tensor(Int32Array.of(-1, 0, -3));
    using made = add(indices, backend.zeros([], 'i32'));
    for (const picked of [indices, made]) {
      using y = gather(x, picked);
      expect([...(await y.data())]).toEqual([30, 10, 10]);
    }
    await backend.sync();
  });

  test('throws for an out-of-range index from the host', () => {
    using x = backend.zeros([5, 2]);
    using high = backend.tensor(Int32Array.of(0, 5, 1));
    using low = backend.tensor(Int32Array.of(0, 4, -6));
    expect(() => gather(x, high)).toThrow('gather: index 5 at position 1 is outside [-5, 5)');
    expect(() => gather(x, low)).toThrow('gather: index -6 at position 2 is outside [-5, 5)');
    expect(() => gather(x, backend.tensor(Uint32Array.of(9)))).toThrow(
      'gather: index 9 at position 0 is outside [0, 5)',
    );
    expect(() => gather(x, x)).toThrow('gather: indices is f32, expected i32 or u32');
    expect(() => gather(x, high)).toThrow(IndexError);
    const { index, position, range } = errorOf(() => gather(x, low)) as IndexError;
    expect([index, position, range]).toEqual([-6, 2, [-5, 5]]);
    expect(() => gather(backend.zeros([]), high)).toThrow('gather: x is [], expected at least one axis');
  });

  test('has a gradient that throws for an out-of-range index from the host', () => {
    using dy = backend.zeros([3, 2]);
    const options = { shape: [5, 2] };
    const { liveBytes } = backend.memory();
    const wrong = [Int32Array.of(0, 5, 1), Int32Array.of(0, 4, -6), Uint32Array.of(9, 1, 2)].map((data) => {
      using indices = backend.tensor(data);
      return errorOf(() => gatherBackward(dy, indices, options));
    });
    expect(wrong).toEqual([
      new IndexError('gatherBackward', 1, 5, [-5, 5]),
      new IndexError('gatherBackward', 2, -6, [-5, 5]),
      new IndexError('gatherBackward', 0, 9, [0, 5]),
    ]);
    expect(wrong.map(({ message }) => message)).toContain('gatherBackward: index 5 at position 1 is outside [-5, 5)');
    expect(backend.memory().liveBytes).toBe(liveBytes);
  });

  test('has a gradient whose reads reject if an index from the device is out of range', async () => {
    using dy = backend.tensor([1, 2, 4]);
    using bad = add(backend.tensor(Int32Array.of(1, -4, 3)), backend.zeros([], 'i32'));
    using dx = gatherBackward(dy, bad, { shape: [3] });
    await expect(dx.data()).rejects.toEqual(new IndexError('gatherBackward', 1, -4, [-3, 3]));
    using good = add(backend.tensor(Int32Array.of(1, -3, 1)), backend.zeros([], 'i32'));
    expect([...(await gatherBackward(dy, good, { shape: [3] }).data())]).toEqual([2, 5, 0]);
    await expect(backend.sync()).resolves.toBeUndefined();
  });

  test('rejects the reads that depend on an out-of-range index from the device, and no others', async () => {
    using x = backend.tensor([10, 20, 30]);
    using zero = backend.zeros([], 'i32');
    using good = add(backend.tensor(Int32Array.of(2, 0)), zero);
    using bad = add(backend.tensor(Int32Array.of(1, -4, 3)), zero);
    using fine = gather(x, good);
    using spoiled = gather(x, bad);
    using after = add(spoiled, spoiled);
    const error = new IndexError('gather', 1, -4, [-3, 3]);
    await expect(spoiled.data()).rejects.toEqual(error);
    await expect(after.data()).rejects.toEqual(error);
    expect([...(await fine.data())]).toEqual([30, 10]);
  });
});

function errorOf(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** Such bits of halves, followed by normal halves, to fill the vectors of two lanes. */
const DELICATE_HALVES = Uint16Array.of(
  ...[0x7e00, 0x7c01, 0xfe12, 0x7fff, 0x0001, 0x83ff, 0x8000, 0x7c00, 0xfc00, 0x3c00, 0x0400, 0xffff],
  ...Array.from({ length: 12 }, (_, i) => 0x3c01 + i),
);

/** An f16 tensor of these bits, at element `start` of a separate buffer. */
function halves(bits: Uint16Array, shape: number[], start: number) {
  const buffer = backend.device.createBuffer({
    size: 4 * Math.ceil((bits.length + start) / 2),
    usage: 0x80 | 0x8 | 0x4,
  });
  const all = new Uint16Array(buffer.size / 2);
  all.set(bits, start);
  backend.device.queue.writeBuffer(buffer, 0, all);
  return backend.fromBuffer(buffer, shape, 'f16', 2 * start);
}

async function halvesOf(y: Tensor): Promise<Uint16Array> {
  using words = backend.fromBuffer(y.buffer, [Math.ceil(y.size / 2)], 'u32', y.byteOffset);
  return new Uint16Array((await words.data()).buffer).slice(0, y.size);
}

describe('moving elements', () => {
  test.each([0, 1, 5])('keeps every bit of halves at element %i of a buffer', async (start) => {
    const x = halves(DELICATE_HALVES, [4, 6], start);
    const picked = (indices: number[]) => Uint16Array.from(indices, (i) => DELICATE_HALVES[i]!);
    const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
    const turned = range(0, 24).map((i) => 6 * (i % 4) + Math.floor(i / 4));
    expect(await halvesOf(transpose(x))).toEqual(picked(turned));
    expect(await halvesOf(transpose(transpose(x)))).toEqual(DELICATE_HALVES);
    expect(await halvesOf(slice(x, [1, 1], [2, 3]))).toEqual(picked([7, 8, 9, 13, 14, 15]));
    expect(await halvesOf(slice(x, [1, 0], [3, 6]))).toEqual(picked(range(6, 18)));
    const rows = [...range(6, 6), ...range(0, 6), ...range(18, 6)];
    expect(await halvesOf(gather(x, backend.tensor(Int32Array.of(1, 0, -1))))).toEqual(picked(rows));
    const columns = range(0, 12).map((i) => 6 * Math.floor(i / 3) + [5, 0, 2][i % 3]!);
    expect(await halvesOf(gather(x, backend.tensor(Int32Array.of(5, 0, 2)), { axis: 1 }))).toEqual(picked(columns));
    expect(await halvesOf(gather(x.reshape([2, 12]), backend.tensor(Int32Array.of(1, 1, 0))))).toEqual(
      picked([...range(12, 12), ...range(12, 12), ...range(0, 12)]),
    );
    expect(await halvesOf(concat([slice(x, [2, 0], [2, 6]), slice(x, [0, 0], [2, 6])]))).toEqual(
      picked([...range(12, 12), ...range(0, 12)]),
    );
    const beside = range(0, 44).map((i) => 6 * Math.floor(i / 11) + (i % 11 < 6 ? i % 11 : (i % 11) - 5));
    expect(await halvesOf(concat([x, slice(x, [0, 1], [4, 5])], 1))).toEqual(picked(beside));
    // Elements outside whole vectors are moved one at a time.
    const other = backend.full([], 0, 'f16');
    expect(await halvesOf(where(backend.full([4, 6], 1, 'u32'), x, other))).toEqual(DELICATE_HALVES);
    expect(await halvesOf(where(other, x.reshape([4, 6]), x))).toEqual(DELICATE_HALVES);
  });

  test('where accepts a condition of any dtype: -0 counts as 0, NaN does not', async () => {
    const floats = [-0, 0, NaN, -(2 ** -24), 1];
    const integers = [0, 0, 5, 1, 1];
    for (const [dtype, values] of [
      ['f32', floats],
      ['f16', floats],
      ['i32', integers],
      ['u32', integers],
    ] as const) {
      const condition = backend.tensor(values, [5], dtype);
      for (const chosen of ['f32', 'f16', 'i32', 'u32'] as const) {
        const y = where(condition, backend.tensor([1, 2, 3, 4, 5], [5], chosen), backend.full([], 9, chosen));
        expect([y.dtype, ...(await y.data())]).toEqual([chosen, 9, 9, 3, 4, 5]);
      }
    }
  });

  test('gather returns NaN for floats and 0 for integers where an index from the device is out of range', async () => {
    for (const [dtype, missing] of [
      ['f32', NaN],
      ['f16', NaN],
      ['i32', 0],
    ] as const) {
      const x = backend.tensor([1, 2, 3, 4, 5, 6], [3, 2], dtype);
      const bad = add(backend.tensor(Int32Array.of(2, 3, 0)), backend.zeros([], 'i32'));
      const y = gather(x, bad);
      await expect(y.data()).rejects.toThrow('gather: index 3 at position 1 is outside [-3, 3)');
      const seen = backend.fromBuffer(y.buffer, [3, 2], dtype);
      expect([...(await seen.data())]).toEqual([5, 6, missing, missing, 1, 2]);
    }
  });

  test('keeps every bit', async () => {
    using x = backend.tensor(new Float32Array(DELICATE.buffer), [2, 3]);
    using first = backend.tensor(Uint32Array.of(1, 0));
    const reversed = Uint32Array.of(...[3, 4, 5, 0, 1, 2].map((i) => DELICATE[i]!));
    const bitsOf = async (y: { data(): Promise<{ buffer: ArrayBufferLike }> }) =>
      new Uint32Array((await y.data()).buffer);
    using there = transpose(x);
    using back = transpose(there);
    expect(await bitsOf(back)).toEqual(DELICATE);
    expect(await bitsOf(gather(x, first))).toEqual(reversed);
    expect(await bitsOf(concat([slice(x, [1, 0], [1, 3]), slice(x, [0, 0], [1, 3])]))).toEqual(reversed);
  });

  test('keeps the bounds of integers that the host knows', () => {
    using x = backend.tensor(Int32Array.of(5, -2, 7, 1), [2, 2]);
    using other = backend.tensor(Int32Array.of(9, 9), [1, 2]);
    const bounds = { min: -2, max: 7, exact: false };
    expect(transpose(x).hostRange).toMatchObject(bounds);
    expect(slice(x, [0, 0], [1, 2]).hostRange).toMatchObject(bounds);
    expect(gather(x, backend.tensor(Uint32Array.of(0))).hostRange).toMatchObject(bounds);
    expect(concat([x, other]).hostRange).toMatchObject({ min: -2, max: 9, exact: false });
    using made = add(other, other);
    expect(concat([x, made]).hostRange).toBeUndefined();
  });

  test('allocates nothing but its result', () => {
    using x = backend.zeros([4, 5, 6]);
    const before = backend.memory().liveBytes;
    transpose(x).dispose();
    slice(x, [1, 1, 1], [2, 2, 2]).dispose();
    concat([x, x], 1).dispose();
    expect(backend.memory().liveBytes).toBe(before);
  });
});

describe('the access pattern of an operand', () => {
  test('merges axes that are contiguous in every tensor', () => {
    const shape = [2, 3, 1, 4];
    expect(collapse('add', shape, [stridesOf(shape)])).toEqual([{ length: 24, strides: [1] }]);
    const bias = collapse('add', shape, [stridesOf(shape), broadcastStrides([4], shape)]);
    expect(bias).toEqual([
      { length: 6, strides: [4, 0] },
      { length: 4, strides: [1, 1] },
    ]);
    expect([walkOf(bias, 0), walkOf(bias, 1)]).toEqual([{ kind: 'dense' }, { kind: 'periodic', period: 4 }]);
    expect(axisParams(bias)).toEqual([4, 1, 1, 0, 6, 4, 0, 0]);
  });

  test('recognizes columns and scalars', () => {
    const column = collapse('add', [6, 4], [stridesOf([6, 4]), broadcastStrides([6, 1], [6, 4])]);
    expect(walkOf(column, 1)).toEqual({ kind: 'strided' });
    const scalar = collapse('add', [6, 4], [stridesOf([6, 4]), broadcastStrides([], [6, 4])]);
    expect([walkOf(scalar, 0), walkOf(scalar, 1)]).toEqual([{ kind: 'dense' }, { kind: 'scalar' }]);
  });
});

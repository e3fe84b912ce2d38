import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../src/backend.ts';
import { LabelError } from '../src/errors.ts';
import { createBackend } from '../src/node.ts';
import { concat } from '../src/ops/concat.ts';
import { add } from '../src/ops/elementwise.ts';
import { gather } from '../src/ops/gather.ts';
import { slice } from '../src/ops/slice.ts';
import { transpose } from '../src/ops/transpose.ts';
import { axisParams, broadcastStrides, collapse, stridesOf, walkOf } from '../src/plan/strides.ts';
import * as judge from '../src/reference/index.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(async () => {
  await backend.dispose();
});

/** 0, 1, 2, …: every element tells where it came from. */
function numbered(shape: number[]) {
  return { shape, data: Int32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => i) };
}

/** Bits that arithmetic on floats would not keep: a NaN's payload, a signalling NaN, a subnormal, -0. */
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
  ])('of %j by %j', async (shape, permutation) => {
    const source = numbered(shape);
    using x = backend.tensor(source.data, shape);
    using y = transpose(x, permutation);
    const expected = judge.transpose(source, permutation);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('names a permutation that is none', () => {
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
  ])('of %j from %j, %j long', async (shape, starts, sizes) => {
    const source = numbered(shape);
    using x = backend.tensor(source.data, shape);
    using y = slice(x, starts, sizes);
    const expected = judge.slice(source, starts, sizes);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('names a box that is not within x', () => {
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
  ])('of %j along %i', async (shapes, axis) => {
    const sources = shapes.map(numbered);
    const xs = sources.map(({ data, shape }) => backend.tensor(data, shape));
    using y = concat(xs, axis);
    const expected = judge.concat(sources, axis < 0 ? axis + shapes[0]!.length : axis);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
    for (const x of xs) x.dispose();
  });

  test('names what does not fit', () => {
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
  ])('of %j by indices %j along %i', async (shape, indexShape, axis) => {
    const source = numbered(shape);
    const length = shape.at(axis)!;
    const picked = { ...numbered(indexShape) };
    picked.data = picked.data.map((i) => (7 * i + 3) % length);
    using x = backend.tensor(source.data, shape);
    using indices = backend.tensor(picked.data, indexShape);
    using y = gather(x, indices, { axis });
    const expected = judge.gather(source, picked, { axis });
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Int32Array.from(expected.data));
  });

  test('counts negative indices from the end of the axis, also those made on the device', async () => {
    using x = backend.tensor([10, 20, 30]);
    using indices = backend.tensor(Int32Array.of(-1, 0, -3));
    using made = add(indices, backend.zeros([], 'i32'));
    for (const picked of [indices, made]) {
      using y = gather(x, picked);
      expect([...(await y.data())]).toEqual([30, 10, 10]);
    }
    await backend.sync();
  });

  test('throws for an index from the host that is out of range', () => {
    using x = backend.zeros([5, 2]);
    using high = backend.tensor(Int32Array.of(0, 5, 1));
    using low = backend.tensor(Int32Array.of(0, 4, -6));
    expect(() => gather(x, high)).toThrow('gather: label 5 in row 1 is outside [-5, 5)');
    expect(() => gather(x, low)).toThrow('gather: label -6 in row 2 is outside [-5, 5)');
    expect(() => gather(x, backend.tensor(Uint32Array.of(9)))).toThrow('gather: label 9 in row 0 is outside [0, 5)');
    expect(() => gather(x, x)).toThrow('gather: indices is f32, expected i32 or u32');
    expect(() => gather(backend.zeros([]), high)).toThrow('gather: x is [], expected at least one axis');
  });

  test('rejects every read of what an index from the device spoilt, and no other', async () => {
    using x = backend.tensor([10, 20, 30]);
    using zero = backend.zeros([], 'i32');
    using good = add(backend.tensor(Int32Array.of(2, 0)), zero);
    using bad = add(backend.tensor(Int32Array.of(1, -4, 3)), zero);
    using fine = gather(x, good);
    using spoilt = gather(x, bad);
    using after = add(spoilt, spoilt);
    const error = new LabelError('gather', 1, -4, [-3, 3]);
    await expect(spoilt.data()).rejects.toEqual(error);
    await expect(after.data()).rejects.toEqual(error);
    expect([...(await fine.data())]).toEqual([30, 10]);
  });
});

describe('what only moves', () => {
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

  test('keeps the bounds that the host knows of integers', () => {
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

  test('leaves nothing behind but its result', () => {
    using x = backend.zeros([4, 5, 6]);
    const before = backend.memory().liveBytes;
    transpose(x).dispose();
    slice(x, [1, 1, 1], [2, 2, 2]).dispose();
    concat([x, x], 1).dispose();
    expect(backend.memory().liveBytes).toBe(before);
  });
});

describe('a walk', () => {
  test('merges axes that run on into each other in every tensor', () => {
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

  test('of a column, of a scalar', () => {
    const column = collapse('add', [6, 4], [stridesOf([6, 4]), broadcastStrides([6, 1], [6, 4])]);
    expect(walkOf(column, 1)).toEqual({ kind: 'strided' });
    const scalar = collapse('add', [6, 4], [stridesOf([6, 4]), broadcastStrides([], [6, 4])]);
    expect([walkOf(scalar, 0), walkOf(scalar, 1)]).toEqual([{ kind: 'dense' }, { kind: 'scalar' }]);
  });
});

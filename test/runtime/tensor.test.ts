import { describe, expect, test } from 'vitest';
import { GradfoldError, ShapeError } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('making a tensor', () => {
  test('takes nested and flat arrays, a number and every typed array, with the dtype that they imply', async () => {
    expect(
      backend().tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
    expect(backend().tensor([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2]);
    expect(backend().tensor(7).shape).toEqual([]);
    const dtypes = [
      Uint8Array,
      Uint16Array,
      Uint32Array,
      Int8Array,
      Int16Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ].map((type) => backend().tensor(type.of(1, 2)).dtype);
    expect(dtypes).toEqual(['u32', 'u32', 'u32', 'i32', 'i32', 'i32', 'f32', 'f32']);
    const big = backend().tensor(BigInt64Array.of(-5n, 7n));
    expect([big.dtype, await big.data()]).toEqual(['i32', Int32Array.of(-5, 7)]);
    expect(
      await backend()
        .tensor([true, false, 2] as never)
        .data(),
    ).toEqual(Float32Array.of(1, 0, 2));
    const empty = backend().tensor([], [0, 3]);
    expect([empty.size, empty.rank, await empty.data()]).toEqual([0, 2, new Float32Array(0)]);
  });

  test('copies memory that is shared with other threads', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([3, 4]);
    expect(await backend().tensor(shared).data()).toEqual(Float32Array.of(3, 4));
  });

  test('refuses an element that is not a number, and names its position', () => {
    const cases: [unknown, string][] = [
      [undefined, 'tensor: data is undefined, expected a number'],
      ['abc', "tensor: data is 'abc', expected a number"],
      [[1, 'a'], "tensor: data[1] is 'a', expected a number"],
      // biome-ignore lint/suspicious/noSparseArray: this is what the test is about
      [[, 1], 'tensor: data[0] is undefined, expected a number'],
      [[[1], [null]], 'tensor: data[1] is null, expected a number'],
      [new BigUint64Array(1), 'tensor: data is a BigUint64Array, expected numbers or another typed array'],
    ];
    for (const [data, text] of cases) expect(() => backend().tensor(data as never)).toThrow(text);
    expect(() => backend().zeros(3 as never)).toThrow('zeros: shape is 3, expected an array of whole numbers');
    expect(() => backend().zeros([1.5])).toThrow('zeros: shape is [1.5], expected whole numbers of at least 0');
  });

  test('supports every dtype for zeros and full', async () => {
    expect(await backend().zeros([2, 2]).data()).toEqual(new Float32Array(4));
    expect(await backend().full([3], -7, 'i32').data()).toEqual(Int32Array.of(-7, -7, -7));
    expect(await backend().full([1], 4e9, 'u32').item()).toBe(4e9);
  });

  test('refuses data that does not match the shape, ragged arrays and values that the dtype cannot hold', () => {
    const cases: [() => unknown, string][] = [
      [() => backend().tensor([1, 2, 3], [2, 2]), 'tensor: data has 3 elements, expected 4 for shape [2, 2]'],
      [
        () => backend().tensor([[1, 2], [3]]),
        'tensor: data is ragged: 1 elements at depth 1, expected 2 elements as in [2, 2]',
      ],
      [() => backend().tensor([1, 2], [2, -1]), 'tensor: shape is [2, -1], expected whole numbers of at least 0'],
      [
        () => backend().tensor([1.5], [1], 'i32'),
        "tensor: data[0] is 1.5, expected a whole number in [-2147483648, 2147483647] for dtype 'i32'",
      ],
      [
        () => backend().tensor([-1], [1], 'u32'),
        "tensor: data[0] is -1, expected a whole number in [0, 4294967295] for dtype 'u32'",
      ],
      [() => backend().tensor([Number.NaN], [1], 'i32'), 'tensor: data[0] is NaN'],
      [() => backend().zeros([1], 'f64' as never), "zeros: dtype is 'f64', expected 'f32', 'f16', 'i32' or 'u32'"],
    ];
    for (const [call, text] of cases) expect(call).toThrow(text);
    expect(cases[0]?.[0]).toThrow(ShapeError);
    expect(cases[3]?.[0]).toThrow(GradfoldError);
  });
});

describe('a tensor’s methods', () => {
  test('item needs exactly one element', async () => {
    expect(
      await backend()
        .tensor([[3]])
        .item(),
    ).toBe(3);
    await expect(backend().zeros([2]).item()).rejects.toThrow('item: shape is [2], expected one element');
    const gone = backend().zeros([2]);
    gone.dispose();
    await expect(gone.item()).rejects.toThrow('tensor [2] was disposed of');
  });

  test('reshape shares the values and infers -1', async () => {
    const x = backend().tensor([1, 2, 3, 4, 5, 6]);
    const y = x.reshape([2, -1]);
    x.write([6, 5, 4, 3, 2, 1]);
    expect([y.shape, await y.data()]).toEqual([[2, 3], Float32Array.of(6, 5, 4, 3, 2, 1)]);
    expect(() => x.reshape([4])).toThrow('reshape: shape is [4], expected 6 elements as in [6]');
    expect(() => x.reshape([-1, 4])).toThrow(ShapeError);
  });

  test('cast truncates floats towards zero and clamps them to the range; integers become the nearest float', async () => {
    const floats = backend().tensor([1.9, -1.9, Number.NaN, 3e9, -3e9, 5e9, Number.POSITIVE_INFINITY]);
    expect(await floats.cast('i32').data()).toEqual(
      Int32Array.of(1, -1, 0, 2147483647, -2147483648, 2147483647, 2147483647),
    );
    expect(await floats.cast('u32').data()).toEqual(Uint32Array.of(1, 0, 0, 3e9, 0, 4294967295, 4294967295));
    expect(await backend().tensor(Int32Array.of(16777217, -3)).cast('f32').data()).toEqual(
      Float32Array.of(16777216, -3),
    );
    expect(await backend().tensor(Int32Array.of(-1)).cast('u32').item()).toBe(4294967295);
  });

  test('a borrowed buffer is read and written in place, from any element on', async () => {
    const buffer = backend().device.createBuffer({ size: 40, usage: 0x80 | 0x4 | 0x8 });
    const x = backend().fromBuffer(buffer, [2, 3], 'f32', 12);
    x.write([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await x.data()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(x.byteOffset).toBe(12);
    expect(await backend().fromBuffer(buffer, [10]).data()).toEqual(Float32Array.of(0, 0, 0, 1, 2, 3, 4, 5, 6, 0));
    expect(() => backend().fromBuffer(buffer, [10], 'f32', 4)).toThrow(
      'fromBuffer: shape [10] at byteOffset 4 needs 44 bytes, the buffer has 40',
    );
    expect(() => backend().fromBuffer(buffer, [1], 'f32', 2)).toThrow(
      'fromBuffer: byteOffset is 2, expected a non-negative multiple of 4, the element size of f32',
    );
    const uniforms = backend().device.createBuffer({ size: 16, usage: 0x40 });
    expect(() => backend().fromBuffer(uniforms, [1])).toThrow(
      'fromBuffer: buffer has usage 64, expected STORAGE and COPY_SRC (132) in it',
    );
    uniforms.destroy();
    x.dispose();
    expect(await backend().fromBuffer(buffer, [1], 'f32', 12).item()).toBe(1);
    buffer.destroy();
  });
});

import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/core/data.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { argmax } from '../../src/ops/argmax.ts';
import { concat } from '../../src/ops/concat.ts';
import { crossEntropy, crossEntropyWithGradient } from '../../src/ops/cross_entropy.ts';
import { gather } from '../../src/ops/gather.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { max } from '../../src/ops/max.ts';
import { relu } from '../../src/ops/relu.ts';
import { slice } from '../../src/ops/slice.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { sum } from '../../src/ops/sum.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { where } from '../../src/ops/where.ts';
import type { NdArray } from '../../src/reference/index.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

const FILLER = 0xa5;

/** A buffer of any size, filled with a pattern. Shaders see its whole words only. */
function patterned(bytes: number): GPUBuffer {
  const buffer = backend().device.createBuffer({
    size: bytes,
    usage: 0x80 | 0x8 | 0x4,
    mappedAtCreation: bytes % 4 === 0,
  });
  const fill = (size: number) => new Uint8Array(size).fill(FILLER);
  if (bytes % 4 === 0) {
    new Uint8Array(buffer.getMappedRange()).set(fill(bytes));
    buffer.unmap();
  } else backend().device.queue.writeBuffer(buffer, 0, fill(4 * Math.floor(bytes / 4)));
  return buffer;
}

async function bytesIn(buffer: GPUBuffer): Promise<Uint8Array> {
  await backend().flush();
  const words = await backend()
    .fromBuffer(buffer, [Math.floor(buffer.size / 4)], 'u32')
    .data();
  return new Uint8Array(words.buffer);
}

/** Expects the bytes outside the tensor to be unchanged. */
async function expectNeighborsUntouched(buffer: GPUBuffer, x: Tensor) {
  const bytes = await bytesIn(buffer);
  const end = x.byteOffset + x.size * (x.dtype === 'f16' ? 2 : 4);
  const touched = bytes.findIndex((byte, at) => byte !== FILLER && (at < x.byteOffset || at >= end));
  expect(touched).toBe(-1);
}

/** Positions of tensors in borrowed buffers: the bytes before them and the bytes after them. */
const PLACES: readonly (readonly [DType, number, number])[] = [
  ['f32', 0, 0],
  ['f32', 4, 0],
  ['f32', 12, 4],
  ['f32', 256, 8],
  ['f32', 260, 0],
  ['f16', 0, 0],
  ['f16', 2, 0],
  ['f16', 2, 2],
  ['f16', 6, 3],
  ['f16', 8, 1],
  ['f16', 16, 6],
  ['f16', 258, 0],
  ['f16', 512, 2],
];

describe.each(PLACES)('a borrowed %s tensor, %i bytes into its buffer and %i from its end', (dtype, before, after) => {
  /** Shaders do not see a partial word at the end of a buffer, so the tensor ends before it. */
  const place = (shape: readonly number[]) => {
    const bytes = shape.reduce((product, length) => product * length, 1) * (dtype === 'f16' ? 2 : 4);
    const seen = 4 * Math.ceil((before + bytes) / 4);
    const buffer = patterned(seen + after);
    return { buffer, x: backend().fromBuffer(buffer, shape, dtype, before) };
  };

  test.each([[[1]], [[2]], [[3]], [[4]], [[8]], [[5, 7]], [[3, 64]], [[9, 33]]])(
    'can be written and read, %j',
    async (shape) => {
      const { buffer, x } = place(shape);
      const values = uniform(x.size).map((value) => Math.round(value * 512) / 512);
      x.write(values);
      expect(await x.data()).toEqual(values);
      await expectNeighborsUntouched(buffer, x);
      buffer.destroy();
    },
  );

  test.each([
    [5, 7],
    [4, 8],
    [3, 65],
  ])('is an operand of each kind of op, %i × %i', async (rows, cols) => {
    const { buffer, x } = place([rows, cols]);
    x.write(uniform(rows * cols).map((value) => Math.round(value * 512) / 512));
    const host: NdArray = { shape: [rows, cols], data: await x.data() };
    const near = async (y: Tensor, expected: { data: ArrayLike<number> }) => {
      const got = await y.data();
      const tolerance = y.dtype === 'f16' ? 2 ** -10 : 2 ** -20;
      for (const [i, value] of got.entries())
        expect(Math.abs(value - expected.data[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected.data[i]!)));
      expect(got.length).toBe(expected.data.length);
    };
    const exactly = async (y: Tensor, expected: { data: ArrayLike<number> }) =>
      expect([...(await y.data())]).toEqual([...Array.from(expected.data)]);
    const picked = { shape: [3], data: Int32Array.of(rows - 1, 0, 1) };
    const labels = Int32Array.from({ length: rows }, (_, i) => (i * 3) % cols);
    await exactly(transpose(x), reference.transpose(host));
    await exactly(slice(x, [1, 1], [2, cols - 2]), reference.slice(host, [1, 1], [2, cols - 2]));
    await exactly(concat([x, x], 1), reference.concat([host, host], 1));
    await exactly(concat([x, x], 0), reference.concat([host, host], 0));
    await exactly(gather(x, backend().tensor(picked.data)), reference.gather(host, picked, { axis: 0 }));
    await exactly(relu(x), reference.relu(host));
    await exactly(where(x, x, relu(x)), reference.where(host, host, reference.relu(host)));
    await exactly(max(x, { axis: 1 }), reference.max(host, { axis: 1 }));
    await exactly(max(x, { axis: 0 }), reference.max(host, { axis: 0 }));
    await exactly(argmax(x), reference.argmax(host));
    await near(sum(x, { axis: 1 }), reference.sum(host, { axis: 1 }));
    await near(add(x, x), reference.add(host, host));
    await near(softmax(x), reference.softmax(host));
    await near(softmax(x, { axis: 0 }), reference.softmax(host, { axis: 0 }));
    await near(matmul(x, x, { transposeB: true }), reference.matmul(host, host, { transposeB: true }));
    await near(
      crossEntropy(x, backend().tensor(labels)),
      reference.crossEntropy(host, { shape: [rows], data: labels }),
    );
    await exactly(x.cast('i32'), { data: Int32Array.from(host.data as Float32Array) });
    await expectNeighborsUntouched(buffer, x);
    // Overwrites the logits.
    const expected = reference.crossEntropyWithGradient(host, { shape: [rows], data: labels });
    await near(crossEntropyWithGradient(x, backend().tensor(labels), { inPlace: true }).gradient, expected.gradient);
    await expectNeighborsUntouched(buffer, x);
    buffer.destroy();
  });
});

describe('a borrowed buffer', () => {
  test.each([
    [22, 'f16', 10, 0],
    [22, 'f16', 9, 2],
    [6, 'f16', 2, 0],
    [6, 'f16', 1, 2],
    [22, 'f32', 5, 0],
    [22, 'i32', 3, 8],
  ] as const)('of %i bytes holds its whole words: %s [%i] at byte %i', async (bytes, dtype, size, offset) => {
    const buffer = patterned(bytes);
    const x = backend().fromBuffer(buffer, [size], dtype, offset);
    x.write(Array.from({ length: size }, (_, i) => i - 2));
    expect([...(await x.data())]).toEqual(Array.from({ length: size }, (_, i) => i - 2));
    expect(await max(x).item()).toBe(size - 3);
    await expectNeighborsUntouched(buffer, x);
    buffer.destroy();
  });

  test('rejects tensors past its whole words', () => {
    const buffer = patterned(22);
    expect(() => backend().fromBuffer(buffer, [11], 'f16')).toThrow(
      'fromBuffer: the buffer has 22 bytes, but a shader sees only whole words: expected 24 bytes for shape [11] at byteOffset 0',
    );
    expect(() => backend().fromBuffer(buffer, [1], 'f16', 1)).toThrow(
      'fromBuffer: byteOffset is 1, expected a non-negative multiple of 2, the element size of f16',
    );
    buffer.destroy();
  });

  test('may hold empty tensors, even at its end', async () => {
    for (const [bytes, offset] of [
      [4, 0],
      [4, 4],
      [256, 256],
      [22, 20],
    ] as const) {
      const buffer = patterned(bytes);
      const x = backend().fromBuffer(buffer, [3, 0], 'f16', offset);
      expect([...(await sum(x, { axis: 1 }).data())]).toEqual([0, 0, 0]);
      expect([...(await sum(x, { axis: 0 }).data())]).toEqual([]);
      expect([...(await matmul(x, x, { transposeB: true }).data())]).toEqual(Array(9).fill(0));
      expect((await concat([x, x], 1).data()).length).toBe(0);
      buffer.destroy();
    }
  });

  test('may be shared by adjacent tensors, each written separately', async () => {
    const buffer = patterned(64);
    const [left, middle, right] = [
      backend().fromBuffer(buffer, [3], 'f16', 0),
      backend().fromBuffer(buffer, [5], 'f16', 6),
      backend().fromBuffer(buffer, [4], 'f32', 16),
    ];
    right.write([9, 10, 11, 12]);
    left.write([1, 2, 3]);
    middle.write([4, 5, 6, 7, 8]);
    expect([...(await left.data()), ...(await middle.data()), ...(await right.data())]).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    buffer.destroy();
  });

  test.each([1, 2, 3, 5, 63, 64, 65])('may hold labels at element %i, which are checked', async (start) => {
    const buffer = patterned(4 * (start + 7));
    const labels = backend().fromBuffer(buffer, [6], 'i32', 4 * start);
    const x = backend().tensor(uniform(6 * 5), [6, 5]);
    const picked = Int32Array.of(4, 0, -100, 2, 1, 3);
    labels.write(picked);
    const loss = crossEntropy(x, labels, { reduction: 'none' });
    const expected = reference.crossEntropy(
      { shape: [6, 5], data: await x.data() },
      { shape: [6], data: picked },
      { reduction: 'none' },
    );
    for (const [row, value] of (await loss.data()).entries()) expect(value).toBeCloseTo(expected.data[row]!, 5);
    labels.write([0, 1, 2, 5, 1, 9]);
    await expect(crossEntropy(x, labels).data()).rejects.toThrow('crossEntropy: label 5 in row 3 is outside [0, 5)');
    labels.write([5, 0, -6, 2, 1, 3]);
    await expect(gather(x.reshape([5, 6]), labels).data()).rejects.toThrow(
      'gather: index 5 at position 0 is outside [-5, 5)',
    );
    labels.write([4, 0, -5, 2, 1, 3]);
    const rows = reference.gather(
      { shape: [5, 6], data: await x.data() },
      { shape: [6], data: [4, 0, -5, 2, 1, 3] },
      { axis: 0 },
    );
    expect([...(await gather(x.reshape([5, 6]), labels).data())]).toEqual([...rows.data]);
    await expectNeighborsUntouched(buffer, labels);
    buffer.destroy();
  });
});

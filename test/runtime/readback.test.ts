import { expect, test } from 'vitest';
import { add, crossEntropy, LabelError, softmax } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

/** Counts the buffers that are mapped while `fn` runs. */
async function mapsOf(fn: () => Promise<void>): Promise<number> {
  const { device } = backend();
  const create = device.createBuffer;
  let maps = 0;
  device.createBuffer = (descriptor) => {
    const buffer = create.call(device, descriptor);
    const map = buffer.mapAsync;
    buffer.mapAsync = (...range) => {
      maps++;
      return map.apply(buffer, range);
    };
    return buffer;
  };
  try {
    await fn();
  } finally {
    device.createBuffer = create;
  }
  return maps;
}

test('reads of one turn map one buffer, whatever their sizes and dtypes', async () => {
  const [a, b] = [backend().tensor([1, 2, 3]), backend().tensor([[4, 5]], [1, 2], 'f16')];
  const c = add(a, a);
  const nothing = backend().tensor([], [0]);
  const maps = await mapsOf(async () => {
    const values = await Promise.all([a.data(), b.data(), c.data(), nothing.data(), backend().tensor([7]).item()]);
    expect(values).toEqual([
      Float32Array.of(1, 2, 3),
      Float32Array.of(4, 5),
      Float32Array.of(2, 4, 6),
      Float32Array.of(),
      7,
    ]);
  });
  expect(maps).toBe(1);
});

test('each read sees the values of its own place in the order of calls', async () => {
  const x = backend().tensor([1]);
  const maps = await mapsOf(async () => {
    const before = x.item();
    x.write([2]);
    const after = add(x, x).item();
    x.write([3]);
    expect(await Promise.all([before, after, x.item()])).toEqual([1, 4, 3]);
  });
  expect(maps).toBe(1);
});

test('of reads that are mapped together, exactly those that depend on a fault reject', async () => {
  const logits = backend().zeros([2, 3]);
  const wrong = crossEntropy(logits, backend().tensor([0, 9]).cast('i32'));
  const right = softmax(logits);
  const [first, second, third] = await Promise.allSettled([right.data(), wrong.data(), right.data()]);
  expect(first.status).toBe('fulfilled');
  expect(third.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: expect.any(LabelError) });
});

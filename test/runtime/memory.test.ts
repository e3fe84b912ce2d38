import { expect, test } from 'vitest';
import { DisposedError, GradfoldError, softmax } from '../../src/index.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

test('live bytes count the storage of tensors; freed storage goes to the pool and is reused', async () => {
  const { liveBytes } = backend().memory();
  const x = backend().zeros([1000]);
  expect(backend().memory().liveBytes).toBe(liveBytes + 4096);
  x.dispose();
  expect(backend().memory().liveBytes).toBe(liveBytes);
  expect(backend().memory().pooledBytes).toBeGreaterThanOrEqual(4096);
  const { pooledBytes, peakBytes } = backend().memory();
  const y = backend().zeros([1000]);
  expect(backend().memory()).toEqual({ liveBytes: liveBytes + 4096, pooledBytes: pooledBytes - 4096, peakBytes });
  y.dispose();
});

test('views share storage, which lives as long as the last view', async () => {
  const { liveBytes } = backend().memory();
  const x = backend().tensor([1, 2, 3, 4]);
  const y = x.reshape([2, -1]);
  expect(y.shape).toEqual([2, 2]);
  x.dispose();
  expect(backend().memory().liveBytes).toBeGreaterThan(liveBytes);
  expect(await y.data()).toEqual(Float32Array.of(1, 2, 3, 4));
  y.dispose();
  y.dispose();
  expect(backend().memory().liveBytes).toBe(liveBytes);
});

test('a scope frees every tensor made inside except its result, including results in objects and arrays', async () => {
  const { liveBytes } = backend().memory();
  const kept = backend().scope(() => {
    const x = backend().tensor([[1, 1]]);
    const inner = backend().scope(() => [softmax(x), { unused: 1 }] as const);
    softmax(inner[0]);
    return { result: [inner[0]], x: 3 };
  });
  expect(backend().memory().liveBytes).toBe(liveBytes + 256);
  expect(await kept.result[0]?.data()).toEqual(Float32Array.of(0.5, 0.5));
  kept.result[0]?.dispose();
});

test('a scope whose function throws frees everything; one that returns a promise is refused', () => {
  const { liveBytes } = backend().memory();
  const thrown = () => {
    backend().zeros([4]);
    throw new RangeError('mine');
  };
  expect(() => backend().scope(thrown)).toThrow('mine');
  expect(() => backend().scope(async () => backend().zeros([4]))).toThrow(GradfoldError);
  expect(backend().memory().liveBytes).toBe(liveBytes);
});

test('use after disposal is refused with the op and argument, and the backend keeps working', async () => {
  const x = backend().tensor([[1, 2]]);
  x.dispose();
  expect(() => softmax(x)).toThrow(DisposedError);
  expect(() => softmax(x)).toThrow('softmax: x [1, 2] was disposed of');
  expect(() => x.buffer).toThrow('tensor [1, 2] was disposed of');
  await expect(x.data()).rejects.toThrow(DisposedError);
  {
    using y = backend().tensor([[0, 0]]);
    expect(await softmax(y).data()).toEqual(Float32Array.of(0.5, 0.5));
  }
});

test('storage that is used twice, as a view and as an in-place result, is freed once', async () => {
  const { liveBytes } = backend().memory();
  for (let i = 0; i < 50; i++) {
    using x = backend().tensor([[i, 2]]);
    using y = x.reshape([2, 1]);
    using z = softmax(y);
    await z.data();
  }
  expect(backend().memory().liveBytes).toBe(liveBytes);
});

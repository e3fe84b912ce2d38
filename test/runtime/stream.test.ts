import { afterEach, describe, expect, test, vi } from 'vitest';
import { BUFFER_USAGE } from '../../src/device/usage.ts';
import { add, crossEntropy, crossEntropyBackward, logSumExp, softmax } from '../../src/index.ts';
import { openBackend, uniform, useBackend } from '../support.ts';

const backend = useBackend();
afterEach(() => vi.restoreAllMocks());

const THIRD = Math.fround(1 / 3);

describe('the stream', () => {
  test('an op returns before anything is submitted, and reads nothing back', async () => {
    const x = backend().tensor([[1, 1, 1]]);
    const submit = vi.spyOn(backend().device.queue, 'submit');
    const create = vi.spyOn(backend().device, 'createBuffer');
    const y = softmax(x);
    await Promise.resolve();
    expect(submit).not.toHaveBeenCalled();
    await backend().flush();
    expect(submit).toHaveBeenCalledTimes(1);
    for (const [{ usage }] of create.mock.calls) expect(usage & BUFFER_USAGE.MAP_READ).toBe(0);
    expect(await y.data()).toEqual(Float32Array.of(THIRD, THIRD, THIRD));
  });

  test('many ops take one submit and one write of all their parameters', async () => {
    const x = backend().tensor([[1, 2, 3]]);
    await softmax(x).data();
    const submit = vi.spyOn(backend().device.queue, 'submit');
    const write = vi.spyOn(backend().device.queue, 'writeBuffer');
    let y = x;
    for (let i = 0; i < 100; i++) y = softmax(y);
    await backend().flush();
    expect(submit).toHaveBeenCalledTimes(1);
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('a thousand results, each disposed of at once, take one buffer, one bind group and two submits', async () => {
    const x = backend().tensor([new Array(10).fill(1)]);
    await softmax(x).data();
    const { device } = backend();
    const creations = [vi.spyOn(device, 'createBuffer'), vi.spyOn(device, 'createBindGroup')];
    const [submit, write] = [vi.spyOn(device.queue, 'submit'), vi.spyOn(device.queue, 'writeBuffer')];
    for (let i = 0; i < 1000; i++) softmax(x).dispose();
    await backend().flush();
    for (const create of creations) expect(create.mock.calls.length).toBeLessThanOrEqual(1);
    expect(submit).toHaveBeenCalledTimes(2);
    expect(write).toHaveBeenCalledTimes(2);
  });

  test('a thousand results alive at once reuse their buffers and bind groups the next time', async () => {
    const x = backend().tensor([1, 2, 3]);
    const hold = async () => {
      const held = Array.from({ length: 1000 }, () => add(x, x));
      await backend().flush();
      for (const y of held) y.dispose();
    };
    await hold();
    const { device } = backend();
    const creations = [vi.spyOn(device, 'createBuffer'), vi.spyOn(device, 'createBindGroup')];
    await hold();
    for (const create of creations) expect(create).not.toHaveBeenCalled();
  });

  test('an endless queue is submitted in pieces, and the parameter ring wraps around', async () => {
    const one = backend().tensor([[0, 0]]);
    const outputs = Array.from({ length: 6000 }, (_, i) => backend().full([1], i));
    const last = softmax(one);
    expect(await last.data()).toEqual(Float32Array.of(0.5, 0.5));
    for (const i of [0, 1, 511, 512, 3000, 4095, 4096, 5999]) expect(await outputs[i]?.item()).toBe(i);
    for (const output of outputs) output.dispose();
  });

  test('reads see the state at their position in the order', async () => {
    const x = backend().tensor([1, 2]);
    const before = x.data();
    x.write([3, 4]);
    const after = x.data();
    expect([await before, await after]).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  });
});

describe('uploads are ordered with recorded work', () => {
  test('work recorded before a write reads the old values', async () => {
    const x = backend().tensor([[0, Math.log(3)]]);
    const old = softmax(x);
    x.write([[0, 0]]);
    const fresh = softmax(x);
    expect((await old.data())[0]).toBeCloseTo(0.25, 6);
    expect((await fresh.data())[0]).toBe(0.5);
  });

  test('an upload does not get storage that recorded work still reads', async () => {
    const x = backend().tensor(uniform(1024), [1, 1024]);
    const expected = await logSumExp(x).item();
    const y = logSumExp(x);
    x.dispose();
    const intruder = backend().tensor(new Float32Array(1024).fill(50), [1, 1024]);
    expect(await y.item()).toBe(expected);
    expect((await intruder.data())[0]).toBe(50);
  });

  test('later records reuse disposed storage at once', async () => {
    const x = backend().tensor([[1, 2, 3]]);
    const first = softmax(x);
    const { buffer } = first;
    first.dispose();
    expect(softmax(x).buffer).toBe(buffer);
  });

  test('memory above the pool’s cap is destroyed only after the records that use it', async () => {
    const own = await openBackend();
    const x = own.tensor([[1, 1]]);
    const y = softmax(x);
    const destroy = vi.spyOn(x.buffer, 'destroy');
    x.dispose();
    own.runtime.pool.clear();
    expect(destroy).not.toHaveBeenCalled();
    expect(await y.data()).toEqual(Float32Array.of(0.5, 0.5));
    expect(destroy).toHaveBeenCalledTimes(1);
    await own.dispose();
  });
});

describe('a destroyed buffer fails only the results that depend on it', () => {
  const destroyed = () => {
    const buffer = backend().device.createBuffer({ size: 64, usage: BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC });
    buffer.destroy();
    return backend().fromBuffer(buffer, [1, 4]);
  };

  test('its results reject with the name of the kernel, and others in the submit resolve', async () => {
    const x = backend().tensor([[1, 1, 1, 1]]);
    const before = softmax(x);
    const lost = softmax(destroyed());
    const downstream = logSumExp(lost);
    const after = softmax(before);
    const [a, b, c, d] = [before.data(), lost.data(), downstream.data(), after.data()];
    await expect(b).rejects.toThrow(/softmax \(softmax_forward\) could not run: .*destroyed/s);
    await expect(c).rejects.toThrow(/softmax \(softmax_forward\) could not run/);
    expect(await a).toEqual(new Float32Array(4).fill(0.25));
    expect(await d).toEqual(new Float32Array(4).fill(0.25));
    await backend().sync();
  });

  test('sync reports a failure that no read has reported, once', async () => {
    const lost = softmax(destroyed());
    await expect(backend().sync()).rejects.toThrow(/softmax \(softmax_forward\) could not run/);
    await backend().sync();
    await expect(lost.data()).rejects.toThrow(/softmax \(softmax_forward\) could not run/);
  });

  test('a tensor that is fully overwritten no longer depends on its past', async () => {
    const lost = softmax(destroyed());
    await expect(lost.data()).rejects.toThrow();
    lost.write([[1, 2, 3, 4]]);
    expect(await lost.data()).toEqual(Float32Array.of(1, 2, 3, 4));
  });
});

describe('errors that only the GPU detects belong to tensors', () => {
  const deviceLabels = (labels: number[]) => backend().tensor(labels).cast('i32');

  test('all reads that depend on an error reject with the same message, and others resolve', async () => {
    const logits = backend().tensor(uniform(12), [3, 4]);
    const losses = crossEntropy(logits, deviceLabels([0, 4, 9]), { reduction: 'none' });
    const total = logSumExp(losses.reshape([1, 3]));
    const innocent = softmax(logits);
    const words = 'crossEntropy: label 4 in row 1 is outside [0, 4)';
    const [a, b, c] = [losses.data(), total.data(), losses.data()];
    await expect(a).rejects.toThrow(words);
    await expect(b).rejects.toThrow(words);
    await expect(c).rejects.toThrow(words);
    await expect(losses.data()).rejects.toThrow(words);
    expect((await innocent.data()).length).toBe(12);
    await backend().sync();
  });

  test('sync reports an error that no read has reported, once', async () => {
    const logits = backend().tensor(uniform(8), [2, 4]);
    crossEntropy(logits, deviceLabels([-7, 1]));
    await expect(backend().sync()).rejects.toThrow('crossEntropy: label -7 in row 0 is outside [0, 4)');
    await backend().sync();
  });

  test('a loop whose labels are checked on the GPU, and that never reads, accumulates no memory', async () => {
    const logits = backend().zeros([2, 4]);
    const labels = backend().tensor([3, -100], [2], 'i32');
    let state = backend().zeros([2, 4]);
    const step = () => {
      const next = backend().scope(() => add(state, crossEntropyBackward(logits, labels)));
      state.dispose();
      state = next;
    };
    for (let i = 0; i < 300; i++) step();
    await backend().sync();
    const { liveBytes } = backend().memory();
    for (let i = 0; i < 2000; i++) {
      step();
      if (i % 100 !== 0) continue;
      // Waiting lets the GPU keep up on a busy machine.
      await backend().flush();
      await backend().device.queue.onSubmittedWorkDone();
    }
    // Some checks are still pending; 2,000 of them would take 512,000 bytes.
    expect(backend().memory().liveBytes).toBeLessThan(liveBytes + 300_000);
    await backend().sync();
    expect(backend().memory().liveBytes).toBe(liveBytes);
    expect((await state.data())[3]).toBeCloseTo(-0.75 * 2300, 0);
  });

  test('labels in range cost one check and no more', async () => {
    const logits = backend().zeros([2, 4]);
    const loss = crossEntropy(logits, deviceLabels([3, 0]));
    expect(await loss.item()).toBeCloseTo(Math.log(4), 6);
    await backend().sync();
  });
});

test('the same inputs give the same bits, 20 times', async () => {
  const x = backend().tensor(uniform(3 * 5003, -30, 30), [3, 5003]);
  const runs = await Promise.all(Array.from({ length: 20 }, () => softmax(x).data()));
  for (const run of runs) expect(run).toEqual(runs[0]);
});

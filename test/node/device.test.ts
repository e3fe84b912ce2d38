import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { create } from 'webgpu';
import {
  add,
  createBackend,
  DeviceLostError,
  DisposedError,
  GradfoldError,
  NoAdapterError,
  relu,
  softmax,
} from '../../src/node.ts';

test('a backend requests the adapter’s largest limits and the features that it uses', async () => {
  const gpu = create([]);
  const adapter = (await gpu.requestAdapter()) as GPUAdapter;
  const backend = await createBackend({ adapter });
  for (const limit of ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeInvocationsPerWorkgroup'] as const) {
    expect(backend.device.limits[limit]).toBe(adapter.limits[limit]);
  }
  for (const feature of ['shader-f16', 'subgroups', 'subgroup-size-control', 'timestamp-query'] as const) {
    expect(backend.device.features.has(feature)).toBe(adapter.features.has(feature));
    expect(backend.info.features.includes(feature)).toBe(adapter.features.has(feature));
  }
  await backend.dispose();
});

test('the caller’s device is used unchanged, and survives the backend', async () => {
  const gpu = create([]);
  const device = (await (await gpu.requestAdapter())?.requestDevice()) as GPUDevice;
  const backend = await createBackend({ device });
  expect(backend.device).toBe(device);
  expect(await softmax(backend.tensor([[1, 1]])).data()).toEqual(Float32Array.of(0.5, 0.5));
  await backend.dispose();
  const again = await createBackend({ device });
  expect(await softmax(again.tensor([[1, 1]])).data()).toEqual(Float32Array.of(0.5, 0.5));
  await again.dispose();
  device.destroy();
});

test('software: false refuses a software adapter, and the error says what to install', async () => {
  const probe = await createBackend();
  const { software } = probe.info;
  await probe.dispose();
  if (!software) {
    await (await createBackend({ software: false })).dispose();
    return;
  }
  await expect(createBackend({ software: false })).rejects.toThrow(NoAdapterError);
  await expect(createBackend({ software: false })).rejects.toThrow(
    /the only adapter found is a software one.*Install/s,
  );
});

test('a lost device rejects everything pending, and a new backend works at once', async () => {
  const backend = await createBackend();
  const y = softmax(backend.tensor([[1, 1]]));
  const pending = y.data();
  const settled = expect(pending).rejects.toThrow(DeviceLostError);
  backend.device.destroy();
  await settled;
  expect(() => softmax(y)).toThrow(DeviceLostError);
  await expect(backend.sync()).rejects.toThrow(DeviceLostError);
  await backend.dispose();
  const next = await createBackend();
  expect(await softmax(next.tensor([[1, 1]])).data()).toEqual(Float32Array.of(0.5, 0.5));
  await next.dispose();
});

test('a disposed backend rejects pending reads and refuses new calls; disposing twice is harmless', async () => {
  const backend = await createBackend();
  const x = backend.tensor([[1, 1]]);
  const pending = expect(softmax(x).data()).rejects.toThrow(DisposedError);
  await backend.dispose();
  await backend.dispose();
  await pending;
  expect(() => backend.tensor([1])).toThrow('tensor: the backend was disposed of');
  expect(() => softmax(x)).toThrow(DisposedError);
});

test('a buffer of another device is refused, by the call if a backend made it, otherwise by the reads', async () => {
  const [own, other] = [await createBackend(), await createBackend()];
  const theirs = other.tensor([1, 2]);
  expect(() => own.fromBuffer(theirs.buffer, [2])).toThrow(
    new GradfoldError("fromBuffer: buffer belongs to another backend's device, expected one of this device"),
  );
  const foreign = other.device.createBuffer({ size: 8, usage: 0x80 | 0x4 | 0x8 });
  const x = own.fromBuffer(foreign, [2]);
  const y = own.tensor([3, 4]);
  const sum = expect(add(x, y).data()).rejects.toThrow(/fromBuffer: the buffer cannot be used on this device/);
  await expect(relu(y).data()).resolves.toEqual(Float32Array.of(3, 4));
  await sum;
  foreign.destroy();
  await own.dispose();
  await other.dispose();
});

test('warmup compiles kernels, queues nothing and leaves no tensors', async () => {
  const backend = await createBackend();
  const { liveBytes } = backend.memory();
  const create = vi.spyOn(backend.device, 'createComputePipelineAsync');
  await backend.warmup(() => softmax(backend.zeros([3, 7])));
  const compiled = create.mock.calls.length;
  expect(compiled).toBeGreaterThan(0);
  expect(backend.memory().liveBytes).toBe(liveBytes);
  const y = softmax(backend.zeros([3, 7]));
  expect((await y.data())[0]).toBeCloseTo(1 / 7, 6);
  expect(create).toHaveBeenCalledTimes(compiled);
  await backend.dispose();
});

test('a script that disposes of its backend ends within a second, with code 0', () => {
  const entry = fileURLToPath(new URL('../../dist/node.js', import.meta.url));
  const script = `const { createBackend, softmax } = await import(${JSON.stringify(entry)});
    const backend = await createBackend();
    await softmax(backend.tensor([[1, 2]])).data();
    await backend.dispose();
    console.log(Date.now());`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr.replace(/^Warning:.*\n/gm, '')).toBe('');
  expect(status).toBe(0);
  expect(Date.now() - Number(stdout)).toBeLessThan(1000);
});

test('disposing of backends while their pipelines compile does not crash the process', () => {
  const entry = fileURLToPath(new URL('../../dist/node.js', import.meta.url));
  const script = `const { createBackend, softmax } = await import(${JSON.stringify(entry)});
    for (let i = 1; i < 12; i++) {
      const backend = await createBackend();
      softmax(backend.zeros([2, 20 + i]));
      backend.flush().catch(() => {});
      await backend.dispose();
      gc();
    }
    console.log('alive');`;
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('alive\n');
});

test('a backend may become unreachable while its pipelines compile', () => {
  const entry = fileURLToPath(new URL('../../dist/node.js', import.meta.url));
  const script = `const { createBackend, softmax } = await import(${JSON.stringify(entry)});
    for (let i = 0; i < 3; i++) {
      const backend = await createBackend();
      softmax(backend.tensor([1, 2]));
      gc();
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    gc();
    console.log('alive');`;
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], options);
  expect([stdout, status]).toEqual(['alive\n', 0]);
});

test('without an adapter the error says what to install', () => {
  const entry = fileURLToPath(new URL('../../dist/node.js', import.meta.url));
  const script = `const { createBackend } = await import(${JSON.stringify(entry)});
    await createBackend().catch((error) => console.log(error.name, error.message));`;
  const env = { PATH: process.env.PATH, VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
  expect(stdout).toMatch(/^NoAdapterError createBackend: no WebGPU adapter was found\. Install/);
});

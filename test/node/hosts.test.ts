// Which WebGPU `createBackend` opens on hosts that have one of their own, and what it says on hosts that have none.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { create } from 'webgpu';
import { createBackend, NoAdapterError, softmax } from '../../src/node.ts';

const dawn = create([]);

afterEach(() => vi.unstubAllGlobals());

/** A host whose `navigator.gpu` finds this adapter. Returns how it was asked. */
function hostWith(requestAdapter: GPU['requestAdapter']) {
  const asked = vi.fn(requestAdapter);
  vi.stubGlobal('navigator', { gpu: { requestAdapter: asked } });
  return asked;
}

test('the host’s own WebGPU comes first', async () => {
  let own: GPUDevice | undefined;
  const asked = hostWith(async (options) => {
    const adapter = (await dawn.requestAdapter(options)) as GPUAdapter;
    const open = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (wanted) => (own = await open(wanted));
    return adapter;
  });
  const backend = await createBackend({ powerPreference: 'low-power' });
  expect(asked).toHaveBeenCalledExactlyOnceWith({ powerPreference: 'low-power' });
  expect(backend.device).toBe(own);
  expect(await softmax(backend.tensor([[1, 1]])).data()).toEqual(Float32Array.of(0.5, 0.5));
  await backend.dispose();
});

test('Dawn is opened where the host’s own WebGPU has no adapter', async () => {
  const asked = hostWith(async () => null);
  const backend = await createBackend();
  expect(asked).toHaveBeenCalledOnce();
  expect(await softmax(backend.tensor([[1, 1]])).data()).toEqual(Float32Array.of(0.5, 0.5));
  await backend.dispose();
});

test('an error of the host’s own WebGPU is not hidden by Dawn', async () => {
  hostWith(async () => {
    throw new TypeError('the host fails');
  });
  await expect(createBackend()).rejects.toThrow(new TypeError('the host fails'));
});

test('software: false holds for the host’s own WebGPU as well', async () => {
  hostWith((options) => dawn.requestAdapter(options));
  const any = await createBackend();
  const { software } = any.info;
  await any.dispose();
  const backend = createBackend({ software: false });
  if (software) await expect(backend).rejects.toThrow(NoAdapterError);
  else await (await backend).dispose();
});

/** The build in a folder from which `webgpu` cannot be imported. */
const alone = mkdtempSync(join(tmpdir(), 'gradfold-'));
cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), alone, { recursive: true });
afterAll(() => rmSync(alone, { recursive: true }));

/** Returns what a script prints that sets up a host and opens a backend there. */
function failureOn(host: string): string {
  const script = `${host}
    const { createBackend } = await import(${JSON.stringify(join(alone, 'node.js'))});
    await createBackend().catch(({ name, message }) => console.log(name, message));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
}

test.each([
  ['', 'Node needs the package `webgpu` in addition to gradfold: npm install webgpu'],
  ['globalThis.Bun = {};', 'Bun needs the package `webgpu` in addition to gradfold: bun add webgpu'],
  ['globalThis.Deno = {};', 'this Deno has no navigator.gpu: update it to Deno 2.1 or later'],
])('without any WebGPU the error says what the host needs: %s', (host, message) => {
  expect(failureOn(host)).toBe(`NoAdapterError createBackend: ${message}`);
});

test('where the host has WebGPU but no adapter, the error says what to install, not that Dawn is missing', () => {
  const gpu = `Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter: async () => null } } });`;
  expect(failureOn(gpu)).toMatch(/^NoAdapterError createBackend: no WebGPU adapter was found\. \S.*\.$/);
  expect(failureOn(`${gpu} globalThis.Deno = {};`)).toMatch(
    /found\. \S.* Unset DENO_WEBGPU_BACKEND if it is set: .*\.$/,
  );
});

const deno = fileURLToPath(new URL('../../node_modules/.bin/deno', import.meta.url));

/** A Deno that finds no adapter, and may neither read files nor the environment. */
test.skipIf(!existsSync(deno))('Deno without an adapter says what to install, and asks for no permission', () => {
  const script = `import { createBackend } from ${JSON.stringify(pathToFileURL(join(alone, 'node.js')).href)};
    await createBackend().catch(({ name, message }) => console.log(name, message));`;
  const file = join(alone, 'without_adapter.mjs');
  writeFileSync(file, script);
  const env = { ...process.env, DENO_WEBGPU_BACKEND: 'none' };
  const { stdout, stderr } = spawnSync(deno, ['run', '--no-prompt', file], { encoding: 'utf8', env });
  expect(stdout, stderr).toMatch(
    /^NoAdapterError createBackend: no WebGPU adapter was found\. \S.* Unset DENO_WEBGPU_/,
  );
});

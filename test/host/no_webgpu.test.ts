import { afterEach, expect, test, vi } from 'vitest';
import { createBackend } from '../../src/browser.ts';

afterEach(() => vi.unstubAllGlobals());

test('a browser without WebGPU is told which have it, and the setting that enables it', async () => {
  vi.stubGlobal('navigator', {});
  await expect(createBackend()).rejects.toMatchObject({
    name: 'NoAdapterError',
    message:
      'createBackend: no WebGPU adapter was found. Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or later), over https or localhost. In Firefox on Linux, set dom.webgpu.enabled in about:config.',
  });
});

test('a browser with WebGPU that has no adapter is told how to get one', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } });
  await expect(createBackend()).rejects.toMatchObject({
    name: 'NoAdapterError',
    message:
      "createBackend: no WebGPU adapter was found. Enable hardware acceleration in the browser's settings, and update the graphics card's driver. Firefox refuses software adapters and some drivers unless gfx.webgpu.ignore-blocklist is set in about:config.",
  });
});

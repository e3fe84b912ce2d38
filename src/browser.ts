// The entry point for browsers, on `navigator.gpu`.

import { Backend } from './core/backend.ts';
import { type DeviceOptions, openDevice } from './device/open.ts';

export * from './index.ts';

/** Where `navigator.gpu` is missing. */
const NO_WEBGPU =
  'Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or later), over https or localhost. In Firefox on Linux, set dom.webgpu.enabled in about:config.';
/** Where `navigator.gpu` finds no adapter. */
const NO_ADAPTER =
  "Enable hardware acceleration in the browser's settings, and update the graphics card's driver. Firefox refuses software adapters and some drivers unless gfx.webgpu.ignore-blocklist is set in about:config.";

/**
 * Opens a backend on `navigator.gpu`, or on the caller's device or adapter.
 * @throws NoAdapterError when the browser has no WebGPU adapter.
 */
export async function createBackend(options: DeviceOptions = {}): Promise<Backend> {
  const gpu = globalThis.navigator?.gpu;
  return new Backend(await openDevice(gpu, options, gpu ? NO_ADAPTER : NO_WEBGPU));
}

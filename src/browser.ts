// The entry point for browsers, on `navigator.gpu`.

import { Backend } from './core/backend.ts';
import { type DeviceOptions, openDevice } from './device/open.ts';

export * from './index.ts';

const ADVICE =
  'Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or later), over https or localhost, with hardware acceleration enabled.';

/**
 * Opens a backend on `navigator.gpu`, or on the caller's device or adapter.
 * @throws NoAdapterError when the browser has no WebGPU adapter.
 */
export async function createBackend(options: DeviceOptions = {}): Promise<Backend> {
  return new Backend(await openDevice(globalThis.navigator?.gpu, options, ADVICE));
}

// Gives Node what the libraries expect of a browser, for the life of the process: they read `navigator` long after they
// were opened.

import { setFlagsFromString } from 'node:v8';
import { globals } from 'webgpu';
import { watchGpu } from './watch.mjs';

/**
 * Defines `navigator.gpu` from an instance of Dawn and keeps the devices that are requested from it.
 *
 * @param {GPU} gpu
 * @param {(device: GPUDevice) => void} [adapt] changes a device before the library sees it
 * @returns {import('./watch.mjs').Environment}
 */
export function provideBrowser(gpu, adapt) {
  const { provided, environment } = watchGpu(gpu, adapt);

  Object.assign(globalThis, globals);
  const { navigator } = globalThis;
  if (navigator) {
    Object.defineProperty(navigator, 'gpu', { value: provided, configurable: true });
  } else {
    const value = {
      gpu: provided,
      userAgent: `Node.js/${process.versions.node.split('.')[0]}`,
      hardwareConcurrency: 1,
    };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  }

  return environment;
}

/** Otherwise V8 optimizes 27 MB of WebAssembly at once, and the first session waits 25 seconds. */
export function hastenWasm() {
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
}

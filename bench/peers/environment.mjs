// What the libraries expect of a browser, in Node, for as long as the process lives: they look at `navigator` long after
// they were opened.

import { setFlagsFromString } from 'node:v8';
import { globals } from 'webgpu';
import { watchGpu } from './watch.mjs';

/**
 * Gives `navigator.gpu` from that instance of Dawn, and keeps the devices that are asked of it.
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

/** WebAssembly of 27 MB would be optimized at once, for 25 seconds, while the first session waits. */
export function hastenWasm() {
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
}

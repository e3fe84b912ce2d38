// What the libraries expect of a browser, for as long as the process lives: they look at `navigator` long after they
// were opened.

import { globals } from 'webgpu';

/**
 * @typedef {object} Environment
 * @property {() => GPUDevice} device The last device that was asked of `navigator.gpu`; throws when there is none.
 * @property {string[]} errors What that device reported and nobody caught, in order. The libraries hide it: a call that
 * failed so leaves zeros.
 */

/**
 * Gives `navigator.gpu` from that instance of Dawn, and keeps the devices that are asked of it.
 *
 * @param {GPU} gpu
 * @param {(device: GPUDevice) => void} [adapt] changes a device before the library sees it
 * @returns {Environment}
 */
export function provideBrowser(gpu, adapt = () => {}) {
  /** @type {GPUDevice | undefined} */
  let latest;
  /** @type {string[]} */
  const errors = [];

  /** @param {GPUAdapter} adapter */
  const watched = (adapter) => {
    const requestDevice = adapter.requestDevice.bind(adapter);
    /** @param {GPUDeviceDescriptor} [descriptor] */
    const request = async (descriptor = {}) => {
      // TensorFlow.js puts an array where a name belongs, which counts as the name.
      const features = new Set([...(descriptor.requiredFeatures ?? [])].map(String));
      if (adapter.features.has('timestamp-query')) features.add('timestamp-query');
      const requiredFeatures = /** @type {GPUFeatureName[]} */ ([...features]);
      const device = await requestDevice({ ...descriptor, requiredFeatures });
      device.addEventListener('uncapturederror', (event) => errors.push(event.error.message));
      adapt(device);
      latest = device;
      return device;
    };
    return Object.defineProperty(adapter, 'requestDevice', { value: request, configurable: true });
  };

  const provided = {
    /** @param {GPURequestAdapterOptions} [options] */
    async requestAdapter(options) {
      const adapter = await gpu.requestAdapter(options);
      return adapter && watched(adapter);
    },
    getPreferredCanvasFormat: () => 'bgra8unorm',
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
  };

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

  return {
    errors,
    device() {
      if (!latest) throw new Error('bench/peers: the library asked for no WebGPU device');
      return latest;
    },
  };
}

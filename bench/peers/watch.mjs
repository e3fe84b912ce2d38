// Watches a GPU: the device that was opened last, and its errors.

/**
 * @typedef {object} Environment
 * @property {() => GPUDevice} device The last device requested from `navigator.gpu`; throws when there is none.
 * @property {string[]} errors The uncaptured errors of that device, in order. The libraries hide them: a failed call leaves
 * zeros.
 */

/**
 * Wraps `gpu`: its devices have timestamp queries if the adapter does, and are kept.
 *
 * @param {GPU} gpu
 * @param {(device: GPUDevice) => void} [adapt] changes a device before the library sees it
 * @returns {{ provided: Pick<GPU, 'requestAdapter' | 'getPreferredCanvasFormat' | 'wgslLanguageFeatures'>, environment: Environment }}
 */
export function watchGpu(gpu, adapt = () => {}) {
  /** @type {GPUDevice | undefined} */
  let latest;
  /** @type {string[]} */
  const errors = [];

  /** @param {GPUAdapter} adapter */
  const watched = (adapter) => {
    const requestDevice = adapter.requestDevice.bind(adapter);
    /** @param {GPUDeviceDescriptor} [descriptor] */
    const request = async (descriptor = {}) => {
      // TensorFlow.js passes an array instead of a name, which is coerced to the name.
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
    getPreferredCanvasFormat: () => /** @type {const} */ ('bgra8unorm'),
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
  };

  const environment = {
    errors,
    device() {
      if (!latest) throw new Error('bench/peers: the library asked for no WebGPU device');
      return latest;
    },
  };
  return { provided, environment };
}

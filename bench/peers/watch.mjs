// A GPU that is watched: who opened which device of it, and what went wrong there.

/**
 * @typedef {object} Environment
 * @property {() => GPUDevice} device The last device that was asked of `navigator.gpu`; throws when there is none.
 * @property {string[]} errors What that device reported and nobody caught, in order. The libraries hide it: a call that
 * failed so leaves zeros.
 */

/**
 * A stand-in for `gpu`, whose devices can measure time, and are kept.
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

// The libraries that there are, and what each has to be like: in Node as in a browser.

/**
 * @typedef {(typeof PEER_OPS)[number]} PeerOp
 *
 * @typedef {object} Spec What is to be called, on what.
 * @property {PeerOp} op
 * softmax: of the last axis of x. softmaxBackward: from the forward's output y and dy. crossEntropyWithGradient: the mean
 * over the rows of logits [rows, classes], and its gradient. batchNormTrain: by the batch's own statistics, epsilon 1e-5;
 * with batchNormBackward its gradients from dy, for which alone the libraries have no call.
 * @property {readonly number[]} shape of x, y or logits
 * @property {'f32' | 'f16'} dtype
 * @property {number} [channelAxis] batch-norm's, from 0 up
 * @property {Record<string, any>} inputs
 * Float32Arrays x; y and dy; logits, and labels, an Int32Array; x, gamma and beta; these and dy.
 *
 * @typedef {object} Call
 * @property {string} note which of the library's functions it is
 * @property {() => void | Promise<void>} run Queues one call, and lets go of the outputs of the call before the last.
 * @property {() => Promise<Record<string, Float32Array>>} results
 * Of the latest run, by name: y; dx; loss and gradient; y; dx, dGamma and dBeta.
 * @property {() => void} dispose
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {GPUDevice} device the library's own
 * @property {string[]} errors what the device reported and the library did not: read it after `results`
 * @property {(spec: Spec) => Promise<Call | undefined>} prepare undefined: the library has no such op
 * @property {(spec: Spec) => string | undefined} reason why not
 * @property {() => void} flush
 * Submits what the library itself still holds back: to be called after the last of several runs, before their end is
 * waited for.
 * @property {() => Promise<void>} dispose
 *
 * @typedef {object} Library What a peer's module gets: its packages, and a browser for them.
 * @property {(specifier: string) => Promise<any>} load
 * @property {(name: string) => Promise<string>} version
 * @property {(adapt?: (device: GPUDevice) => void) => Promise<import('./watch.mjs').Environment>} provideBrowser
 * Gives `navigator.gpu`, of which the library takes its device; `adapt` changes that before the library sees it.
 * @property {() => Promise<void>} hastenWasm before WebAssembly of many megabytes is loaded
 *
 * @typedef {object} Entry
 * @property {string} title
 * @property {readonly string[]} packages all of which it takes
 * @property {(library: Library) => Promise<Peer>} open
 */

/** The ops that peers have calls for. */
export const PEER_OPS = /** @type {const} */ ([
  'softmax',
  'softmaxBackward',
  'crossEntropyWithGradient',
  'batchNormTrain',
  'batchNormTrain + batchNormBackward',
]);

/** @type {Readonly<Record<string, Entry>>} */
export const PEERS = {
  tensorflow: {
    title: 'TensorFlow.js',
    packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu'],
    open: async (library) => (await import('./tensorflow.mjs')).open(library),
  },
  onnxruntime: {
    title: 'ONNX Runtime Web',
    packages: ['onnxruntime-web/webgpu', 'protobufjs', '@petamoriken/float16'],
    open: async (library) => (await import('./onnxruntime.mjs')).open(library),
  },
  jax: {
    title: 'jax-js',
    packages: ['@jax-js/jax', '@petamoriken/float16'],
    open: async (library) => (await import('./jax.mjs')).open(library),
  },
};

/**
 * @param {Entry} entry
 * @param {Library} library
 * @returns {Promise<Peer>}
 */
export async function openEntry(entry, library) {
  const peer = await entry.open(library);
  /** @param {Spec} spec */
  const reason = (spec) => (PEER_OPS.includes(spec.op) ? peer.reason(spec) : 'it has no call for this op alone');
  return { ...peer, reason, prepare: async (spec) => (reason(spec) ? undefined : peer.prepare(spec)) };
}

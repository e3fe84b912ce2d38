// The libraries and their common interface, in Node and in a browser.

/**
 * @typedef {(typeof PEER_OPS)[number]} PeerOp
 *
 * @typedef {object} Spec The op to call and its inputs.
 * @property {PeerOp} op
 * softmax: of the last axis of x. softmaxBackward: from the forward's output y and dy. crossEntropyWithGradient: the mean
 * over the rows of logits [rows, classes], and its gradient. batchNormTrain: by the batch's own statistics, epsilon 1e-5;
 * with batchNormBackward also its gradients from dy, for which the libraries have no separate call.
 * @property {readonly number[]} shape of x, y or logits
 * @property {'f32' | 'f16'} dtype
 * @property {number} [channelAxis] batch-norm's, from 0 up
 * @property {Record<string, any>} inputs
 * Float32Arrays x; y and dy; logits, and labels, an Int32Array; x, gamma and beta; these and dy.
 *
 * @typedef {object} Call
 * @property {string} note the library's functions
 * @property {() => void | Promise<void>} run Queues one call and releases the outputs of the call before the last.
 * @property {() => Promise<Record<string, Float32Array>>} results
 * The results of the latest run, by name: y; dx; loss and gradient; y; dx, dGamma and dBeta.
 * @property {() => void} dispose
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {GPUDevice} device the library's own
 * @property {string[]} errors device errors that the library did not report; read it after `results`
 * @property {(spec: Spec) => Promise<Call | undefined>} prepare undefined if the library has no such op
 * @property {(spec: Spec) => string | undefined} reason why the library has no such op
 * @property {() => void} flush
 * Submits the work that the library still holds back. Call it after the last of several runs, before waiting for them.
 * @property {() => Promise<void>} dispose
 *
 * @typedef {object} Library What a peer's module receives: its packages and a browser environment.
 * @property {(specifier: string) => Promise<any>} load
 * @property {(name: string) => Promise<string>} version
 * @property {(adapt?: (device: GPUDevice) => void) => Promise<import('./watch.mjs').Environment>} provideBrowser
 * Defines `navigator.gpu`, from which the library takes its device; `adapt` changes the device before the library sees it.
 * @property {() => Promise<void>} hastenWasm to be called before many megabytes of WebAssembly are loaded
 *
 * @typedef {object} Entry
 * @property {string} title
 * @property {readonly string[]} packages the required packages
 * @property {(library: Library) => Promise<Peer>} open
 */

/** The ops for which peers have calls. */
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
  const reason = (spec) => (PEER_OPS.includes(spec.op) ? peer.reason(spec) : 'no separate call for this op');
  return { ...peer, reason, prepare: async (spec) => (reason(spec) ? undefined : peer.prepare(spec)) };
}

// Other libraries' own calls for Gradfold's ops, for the benchmarks to time and check: each on a device of its own, of
// the same adapter of the same Dawn.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
 * @typedef {object} Library What a peer's module gets: the packages as found from the folder that was asked for.
 * @property {(specifier: string) => Promise<any>} load
 * @property {(name: string) => Promise<string>} version
 * @property {(specifier: string) => string} locate
 *
 * @typedef {object} Entry
 * @property {string} title
 * @property {readonly string[]} packages all of which it takes
 * @property {(gpu: GPU, library: Library) => Promise<Peer>} open
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
    open: async (gpu, library) => (await import('./tensorflow.mjs')).open(gpu, library),
  },
  onnxruntime: {
    title: 'ONNX Runtime Web',
    packages: ['onnxruntime-web/webgpu', 'protobufjs', '@petamoriken/float16'],
    open: async (gpu, library) => (await import('./onnxruntime.mjs')).open(gpu, library),
  },
  jax: {
    title: 'jax-js',
    packages: ['@jax-js/jax', '@petamoriken/float16'],
    open: async (gpu, library) => (await import('./jax.mjs')).open(gpu, library),
  },
};

const INSTALL = 'npm ci --prefix bench/peers';

/**
 * @param {string} name a key of PEERS
 * @param {GPU} gpu what npm webgpu's `create` returned; the caller keeps it alive
 * @param {{ from?: string }} [options] from: the folder whose node_modules hold the library @default this one
 * @returns {Promise<Peer>}
 * @throws when there is no such peer, or it is not installed
 */
export async function openPeer(name, gpu, { from = dirname(fileURLToPath(import.meta.url)) } = {}) {
  const entry = Object.hasOwn(PEERS, name) ? PEERS[name] : undefined;
  if (!entry) {
    const known = Object.keys(PEERS).join(', ');
    throw new Error(`bench/peers: there is no peer '${name}': there are ${known} (to install them: ${INSTALL})`);
  }
  const library = libraryFrom(from);
  for (const wanted of entry.packages) {
    try {
      library.locate(wanted);
    } catch (cause) {
      throw new Error(`bench/peers: ${name} needs ${wanted}, which is not installed: ${INSTALL}`, { cause });
    }
  }
  const peer = await entry.open(gpu, library);
  /** @param {Spec} spec */
  const reason = (spec) => (PEER_OPS.includes(spec.op) ? peer.reason(spec) : 'it has no call for this op alone');
  return { ...peer, reason, prepare: async (spec) => (reason(spec) ? undefined : peer.prepare(spec)) };
}

/**
 * @param {string} folder
 * @returns {Library}
 */
function libraryFrom(folder) {
  const require = createRequire(join(folder, 'index.mjs'));
  return {
    locate: require.resolve,
    load: (specifier) => import(pathToFileURL(require.resolve(specifier)).href),
    async version(name) {
      for (const place of require.resolve.paths(name) ?? []) {
        const text = await readFile(join(place, name, 'package.json'), 'utf8').catch(() => undefined);
        if (text) return JSON.parse(text).version;
      }
      throw new Error(`bench/peers: ${name} has no package.json`);
    },
  };
}

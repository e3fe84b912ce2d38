/// <reference types="vite/types/importMeta.d.ts" />

import type { Peer } from 'gradfold/bench';
import { asPeer } from '../../../bench/as_peer.ts';
import { type Library, openEntry, PEERS } from '../../../bench/peers/peers.mjs';
import { watchGpu } from '../../../bench/peers/watch.mjs';
import { versionOf } from './peer_versions.ts';

/** In the order in which they are opened; each changes globals for the next. */
const NAMES = ['tensorflow', 'onnxruntime'] as const;

/** The libraries' files, loaded on demand; empty if bench/peers was not installed. */
const MODULES = import.meta.glob<Record<string, unknown>>(
  [
    '../../../bench/peers/node_modules/@tensorflow/tfjs/dist/index.js',
    '../../../bench/peers/node_modules/@tensorflow/tfjs-backend-webgpu/dist/index.js',
    '../../../bench/peers/node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
    '../../../bench/peers/node_modules/protobufjs/dist/protobuf.min.js',
    '../../../bench/peers/node_modules/@petamoriken/float16/src/index.mjs',
  ],
  { exhaustive: true },
);

/** The browser's own GPU; the libraries get wrappers. */
const { gpu } = navigator;

/**
 * Opens the other libraries, each on its own device.
 * @param onMissing called with the reason for each library that cannot be opened
 */
export async function openPeers(onMissing: (why: string) => void): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const name of NAMES) {
    const entry = PEERS[name] as (typeof PEERS)[string];
    try {
      peers.push(asPeer(await openEntry(entry, library)));
    } catch (error) {
      onMissing(`${entry.title} could not be opened: ${error instanceof Error ? error.message : error}`);
    }
  }
  return peers;
}

const library: Library = {
  async load(specifier) {
    const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0];
    const [, load] = Object.entries(MODULES).find(([path]) => path.includes(`/node_modules/${name}/`)) ?? [];
    if (!load) throw new Error(`this build has no ${specifier}`);
    const module = await load();
    // Some libraries are CommonJS in Node, where `default` has all exports.
    return 'default' in module ? module : { ...module, default: module };
  },
  version: async (name) => versionOf(name),
  async provideBrowser(adapt) {
    const { provided, environment } = watchGpu(gpu, adapt);
    Object.defineProperty(navigator, 'gpu', { value: provided, configurable: true });
    return environment;
  },
  // Browsers compile WebAssembly while it loads.
  hastenWasm: async () => {},
};

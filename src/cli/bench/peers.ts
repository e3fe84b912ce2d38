import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asPeer } from '../../../bench/as_peer.ts';
import type { Peer } from '../../../bench/peer.ts';
import type * as Peers from '../../../bench/peers/index.mjs';
import type { Peer as Opened } from '../../../bench/peers/peers.mjs';
import { packageRoot } from '../root.ts';

/**
 * Names of the other libraries, in the order in which they are opened: each sees the globals that earlier ones changed.
 */
export const PEER_NAMES = ['tensorflow', 'jax', 'onnxruntime'] as const;

/**
 * Opens other libraries, each on its own device of Dawn's adapter.
 * @param root the folder that contains bench/peers
 * @throws if a name is unknown or a library is not installed
 */
export async function openPeers(names: readonly string[], gpu: GPU, root = packageRoot()): Promise<OpenPeers> {
  const unknown = names.find((name) => !(PEER_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new Error(`bench: there is no peer '${unknown}', expected one of ${PEER_NAMES.join(', ')}`);
  }
  const opened = new OpenPeers();
  if (names.length === 0) return opened;
  const path = join(root, 'bench', 'peers', 'index.mjs');
  if (!existsSync(path)) {
    throw new Error(`bench: --peers needs Gradfold's repository: an installed package does not have bench/peers`);
  }
  const { openPeer } = (await import(pathToFileURL(path).href)) as typeof Peers;
  try {
    for (const name of PEER_NAMES) if (names.includes(name)) opened.add(await openPeer(name, gpu));
  } catch (error) {
    await opened.dispose();
    throw error;
  }
  return opened;
}

export class OpenPeers {
  readonly peers: Peer[] = [];
  readonly #opened: Opened[] = [];

  add(peer: Opened): void {
    this.#opened.push(peer);
    this.peers.push(asPeer(peer));
  }

  async dispose(): Promise<void> {
    for (const peer of this.#opened) await peer.dispose();
  }
}

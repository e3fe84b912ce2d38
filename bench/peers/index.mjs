// Calls of other libraries for Gradfold's ops, for the benchmarks to time and check. Each library runs on its own device
// of the same adapter and the same Dawn.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openEntry, PEERS } from './peers.mjs';

export { PEERS };

const INSTALL = 'npm ci --prefix bench/peers';

/**
 * @param {string} name a key of PEERS
 * @param {GPU} gpu the result of npm webgpu's `create`; the caller keeps it alive
 * @param {{ from?: string }} [options] from: the folder whose node_modules contains the library @default this one
 * @returns {Promise<import('./peers.mjs').Peer>}
 * @throws when there is no such peer or it is not installed
 */
export async function openPeer(name, gpu, { from = dirname(fileURLToPath(import.meta.url)) } = {}) {
  const entry = Object.hasOwn(PEERS, name) ? PEERS[name] : undefined;
  if (!entry) {
    const known = Object.keys(PEERS).join(', ');
    throw new Error(`bench/peers: there is no peer '${name}': there are ${known} (to install them: ${INSTALL})`);
  }
  const require = createRequire(join(from, 'index.mjs'));
  for (const wanted of entry.packages) {
    try {
      require.resolve(wanted);
    } catch (cause) {
      throw new Error(`bench/peers: ${name} needs ${wanted}, which is not installed: ${INSTALL}`, { cause });
    }
  }
  return openEntry(entry, libraryOf(require, gpu));
}

/**
 * @param {NodeJS.Require} require of the folder
 * @param {GPU} gpu
 * @returns {import('./peers.mjs').Library}
 */
function libraryOf(require, gpu) {
  return {
    load: (specifier) => import(pathToFileURL(require.resolve(specifier)).href),
    async version(name) {
      for (const place of require.resolve.paths(name) ?? []) {
        const text = await readFile(join(place, name, 'package.json'), 'utf8').catch(() => undefined);
        if (text) return JSON.parse(text).version;
      }
      throw new Error(`bench/peers: ${name} has no package.json`);
    },
    provideBrowser: async (adapt) => (await import('./environment.mjs')).provideBrowser(gpu, adapt),
    hastenWasm: async () => (await import('./environment.mjs')).hastenWasm(),
  };
}

// The errors of bench/peers for libraries that are not available. No library has to be installed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPeer, PEERS } from '../../bench/peers/index.mjs';

/** Never used: both errors are thrown before anything is opened. */
const gpu = {} as GPU;

test('the error for an unknown peer names it and lists the known ones', async () => {
  for (const name of ['pytorch', 'toString', '']) {
    const error = await openPeer(name, gpu).catch((thrown: Error) => thrown.message);
    expect(error).toBe(
      `bench/peers: there is no peer '${name}': there are tensorflow, onnxruntime, jax (to install them: npm ci --prefix bench/peers)`,
    );
  }
});

test('the error for a peer that is not installed says how to install it', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'gradfold-peers-'));
  try {
    for (const [name, { packages }] of Object.entries(PEERS)) {
      const error = await openPeer(name, gpu, { from: empty }).catch((thrown: Error) => thrown.message);
      expect(error).toBe(
        `bench/peers: ${name} needs ${packages[0]}, which is not installed: npm ci --prefix bench/peers`,
      );
    }
  } finally {
    await rm(empty, { recursive: true });
  }
});

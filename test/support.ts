import { afterAll, beforeAll } from 'vitest';
import { type Backend, createBackend } from '../src/node.ts';

/** A backend for all tests of a file, opened before the first and disposed of after the last. */
export function useBackend(): () => Backend {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend();
  });
  afterAll(() => backend.dispose());
  return () => backend;
}

/** Numbers in [low, high), the same for the same seed: xorshift32 (Marsaglia, 2003). */
export function uniform(size: number, low = -1, high = 1, seed = 1): Float32Array<ArrayBuffer> {
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return Float32Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return low + ((state >>> 0) / 2 ** 32) * (high - low);
  });
}

/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): returns four
 * random words that depend only on a counter and a key. `shaders/math/philox.wgsl` returns the same words.
 */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [x, y, z, w] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [low0, high0] = product64(0xd2511f53, x);
    const [low1, high1] = product64(0xcd9e8d57, z);
    [x, y, z, w] = [(high1 ^ y ^ k0) >>> 0, low1, (high0 ^ w ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [x, y, z, w];
}

/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

/** Splits a whole number in [0, 2^53) into its low and high words. */
export function wordsOf(value: number): [low: number, high: number] {
  return [value >>> 0, Math.floor(value / 2 ** 32) >>> 0];
}

/** Returns the low and high words of a·b. */
function product64(a: number, b: number): [low: number, high: number] {
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + Math.floor(low / 2 ** 16);
  const other = (a & 0xffff) * (b >>> 16) + (middle % 2 ** 16);
  const high = (a >>> 16) * (b >>> 16) + Math.floor(middle / 2 ** 16) + Math.floor(other / 2 ** 16);
  return [Math.imul(a, b) >>> 0, high >>> 0];
}

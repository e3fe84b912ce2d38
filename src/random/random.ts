/**
 * 32-bit SplitMix: a counter in steps of the golden ratio (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014), mixed by the finalizer of MurmurHash3 (Appleby). Every seed has the full period
 * of 2³², and gives the same numbers on every platform.
 */
export class Random {
  #state: number;

  /** @param seed a whole number, of which only the low 32 bits are used */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Returns a whole number in [0, 2³²). */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  /** Returns a number in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** Returns the whole numbers in [0, length) in random order (the Fisher–Yates shuffle in Durstenfeld's form). */
  permutation(length: number): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length }, (_, index) => index);
    for (let last = length - 1; last > 0; last--) {
      const other = Math.floor(this.uniform(0, last + 1));
      const moved = order[last] as number;
      order[last] = order[other] as number;
      order[other] = moved;
    }
    return order;
  }
}

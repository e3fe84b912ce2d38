import { philox, wordsOf } from '../random/philox.ts';

/**
 * Returns `size` initial weights. `fanIn` is the number of inputs that each output depends on, `fanOut` the number of
 * outputs that depend on each input.
 */
export type Initializer = (random: Draws, size: number, fanIn: number, fanOut: number) => Float32Array<ArrayBuffer>;

/** Random numbers determined by a seed, a stream and their index alone (Philox4x32-10). */
export class Draws {
  readonly #key: [number, number];
  readonly #stream: number;

  /** @param seed a whole number in [0, 2^53) @param stream distinguishes tensors that share a seed */
  constructor(seed: number, stream: number) {
    this.#key = wordsOf(seed);
    this.#stream = stream;
  }

  /** Returns `size` uniform numbers in [low, high). */
  uniform(size: number, low: number, high: number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: size }, (_, i) => low + (high - low) * this.#unit(i));
  }

  /** Returns `size` normal deviates with mean 0 and standard deviation `deviation` (Box and Muller, 1958). */
  normal(size: number, deviation: number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: size }, (_, i) => {
      // 1 - u is never 0.
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.#unit(2 * i)));
      return radius * Math.cos(2 * Math.PI * this.#unit(2 * i + 1));
    });
  }

  /** The i-th number in [0, 1). */
  #unit(i: number): number {
    const [low, high] = wordsOf(Math.floor(i / 4));
    return (philox([low, high, this.#stream, 0x696e6974], this.#key)[i % 4] as number) / 2 ** 32;
  }
}

/** U(-√(6/fanIn), √(6/fanIn)), for `relu` (He, Zhang, Ren and Sun, arXiv 1502.01852). */
export const heUniform: Initializer = (random, size, fanIn) => {
  const reach = Math.sqrt(6 / fanIn);
  return random.uniform(size, -reach, reach);
};

/** N(0, 2/fanIn), mean and variance, for `relu` (He, Zhang, Ren and Sun, arXiv 1502.01852). */
export const heNormal: Initializer = (random, size, fanIn) => random.normal(size, Math.sqrt(2 / fanIn));

/** U(-√(6/(fanIn + fanOut)), √(6/(fanIn + fanOut))), for `tanh` and `sigmoid` (Glorot and Bengio, AISTATS 2010). */
export const glorotUniform: Initializer = (random, size, fanIn, fanOut) => {
  const reach = Math.sqrt(6 / (fanIn + fanOut));
  return random.uniform(size, -reach, reach);
};

/** N(0, 2/(fanIn + fanOut)), mean and variance, for `tanh` and `sigmoid` (Glorot and Bengio, AISTATS 2010). */
export const glorotNormal: Initializer = (random, size, fanIn, fanOut) =>
  random.normal(size, Math.sqrt(2 / (fanIn + fanOut)));

import { philox, type Words, wordsOf } from '../random/philox.ts';
import { round } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, valuesOf } from './nd_array.ts';

/**
 * Sets each element to 0 if its random word says so, and to x / (1 - rate) otherwise. The options are those of the op.
 */
export function dropout(
  x: NdArray,
  options: { rate: number; seed: number; step?: number; stream?: number },
): Float64NdArray {
  const { rate, seed, step = 0, stream = 0 } = options;
  const kept = (1 - rate) * 2 ** 32;
  const [stepLow, stepHigh] = wordsOf(step);
  const key = wordsOf(seed);
  let words: Words = [0, 0, 0, 0];
  const data = valuesOf('dropout', 'x', x).map((value, i) => {
    if (i % 4 === 0) words = philox([i / 4, stream, stepLow, stepHigh], key);
    return (words[i % 4] as number) < kept ? round(value * round(1 / (1 - rate))) : 0;
  });
  return { shape: [...x.shape], data };
}

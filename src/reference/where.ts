import { broadcastShape, broadcastValues } from './broadcast.ts';
import type { Float64NdArray, NdArray } from './nd_array.ts';

/**
 * Returns a where the condition is not 0 and b elsewhere; all three broadcast as in NumPy.
 *
 * @returns the common shape
 */
export function where(condition: NdArray, a: NdArray, b: NdArray): Float64NdArray {
  const shape = broadcastShape('where', condition.shape, a.shape, b.shape);
  const as = broadcastValues('where', 'a', a, shape);
  const bs = broadcastValues('where', 'b', b, shape);
  const chosen = broadcastValues('where', 'condition', condition, shape);
  return { shape, data: chosen.map((c, i) => (c !== 0 ? as[i]! : bs[i]!)) };
}

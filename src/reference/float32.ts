import { inFloat32 } from './arithmetic.ts';
import * as reference from './index.ts';

/**
 * The float32 baseline: each op of the reference with every step rounded to f32 and sums in blocks of 256. GPU errors
 * are compared with its error on the same stored inputs.
 */
export const float32 = Object.fromEntries(
  Object.entries(reference).map(([name, op]) => [
    name,
    (...args: unknown[]) => inFloat32(() => (op as (...args: unknown[]) => unknown)(...args)),
  ]),
) as typeof reference;

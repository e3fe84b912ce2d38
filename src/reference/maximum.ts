import { type Binary, binary } from './elementwise.ts';

/** The larger of a and b, broadcast as in NumPy; NaN if either is NaN. */
export const maximum: Binary = binary('maximum', Math.max);

import { type Binary, binary } from './elementwise.ts';

/** a · b, broadcast as in NumPy. */
export const multiply: Binary = binary('multiply', (a, b) => a * b);

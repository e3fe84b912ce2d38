import { type Binary, binary } from './elementwise.ts';

/** a - b, broadcast as in NumPy. */
export const subtract: Binary = binary('subtract', (a, b) => a - b);

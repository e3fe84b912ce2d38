import { type Binary, binary } from './elementwise.ts';

/** a + b, broadcast as in NumPy. */
export const add: Binary = binary('add', (a, b) => a + b);

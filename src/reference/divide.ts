import { type Binary, binary } from './elementwise.ts';

/** a / b, broadcast as in NumPy. */
export const divide: Binary = binary('divide', (a, b) => a / b);

import { type Unary, unary } from './elementwise.ts';

/** e to the power of x. */
export const exp: Unary = unary('exp', Math.exp);

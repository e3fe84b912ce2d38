import { type Unary, unary } from './elementwise.ts';

/** The square root; NaN below 0. */
export const sqrt: Unary = unary('sqrt', Math.sqrt);

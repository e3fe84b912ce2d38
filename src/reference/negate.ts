import { type Unary, unary } from './elementwise.ts';

/** -x */
export const negate: Unary = unary('negate', (x) => -x);

import { type Unary, unary } from './elementwise.ts';

/** The natural logarithm: -inf at 0, NaN below. */
export const log: Unary = unary('log', Math.log);

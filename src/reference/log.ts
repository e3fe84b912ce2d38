import { type Unary, unary } from './elementwise.ts';

/** The natural logarithm; -inf at 0 and NaN below. */
export const log: Unary = unary('log', Math.log);

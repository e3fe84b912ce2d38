import { type Binary, binary, positive, type Unary, unary } from './elementwise.ts';

/** log(1 + exp(x)), through exp(-|x|), which cannot overflow. */
export const softplus: Unary = unary('softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));

/** The gradient of softplus: dy·σ(x) */
export const softplusBackward: Binary = binary('softplusBackward', (x, dy) => dy * positive(1 / (1 + Math.exp(-x)), x));

import { type Binary, binary, positive, type Unary, unary } from './elementwise.ts';

/** -log(1 + exp(-x)), through exp(-|x|), which cannot overflow. */
export const logSigmoid: Unary = unary('logSigmoid', (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))));

/** The gradient of logSigmoid: dy·σ(-x) */
export const logSigmoidBackward: Binary = binary(
  'logSigmoidBackward',
  (x, dy) => dy * positive(1 / (1 + Math.exp(x)), x),
);

import { type Binary, binary, type Unary, unary } from './elementwise.ts';

/** max(x, 0); NaN stays NaN. */
export const relu: Unary = unary('relu', (x) => Math.max(x, 0));

/** The gradient of relu, given its result: dy where the result is not 0. */
export const reluBackward: Binary = binary('reluBackward', (y, dy) => (y === 0 ? 0 : dy));

import { type Binary, binary, positive, type Unary, unary } from './elementwise.ts';

/** (exp(x) - exp(-x)) / (exp(x) + exp(-x)) */
export const tanh: Unary = unary('tanh', Math.tanh);

/** The gradient of tanh: dy / cosh²(x) */
export const tanhBackward: Binary = binary('tanhBackward', (x, dy) => dy * sechSquared(x));

/** 1 / cosh²(x) through exp(-2|x|), which cannot overflow. */
export function sechSquared(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return positive((4 * e) / (1 + e) ** 2, x);
}

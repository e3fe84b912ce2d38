import { type Binary, binary, type Unary, unary } from './elementwise.ts';

/** (exp(x) - exp(-x)) / (exp(x) + exp(-x)) */
export const tanh: Unary = unary('tanh', Math.tanh);

/** The gradient of tanh: dy / cosh²(x) */
export const tanhBackward: Binary = binary('tanhBackward', (x, dy) => dy * sechSquared(x));

/** 1 / cosh²(x) through exp(-2|x|), which cannot overflow. */
export function sechSquared(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return positive((4 * e) / (1 + e) ** 2, x);
}

/** The slope at `x` of a function that rises everywhere: positive at every finite `x`, also where it underflows. */
export function positive(slope: number, x: number): number {
  return Number.isFinite(x) ? Math.max(slope, 2 ** -1000) : slope;
}

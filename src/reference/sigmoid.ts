import { round } from './arithmetic.ts';
import { type Binary, binary, type Unary, unary } from './elementwise.ts';
import { sechSquared } from './tanh.ts';

/** 1 / (1 + exp(-x)) */
export const sigmoid: Unary = unary('sigmoid', sigmoidOf);

/** The gradient of sigmoid: dy·σ(x)·σ(-x) */
export const sigmoidBackward: Binary = binary('sigmoidBackward', (x, dy) => dy * (sechSquared(x / 2) / 4));

/** σ(x) through exp(-|x|), which cannot overflow. */
export function sigmoidOf(x: number): number {
  const e = round(Math.exp(-Math.abs(x)));
  return round((x < 0 ? e : 1) / round(1 + e));
}

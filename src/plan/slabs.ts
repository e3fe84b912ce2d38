import type { Machine } from './machine.ts';
import { windowRows } from './rows.ts';

/** Neighbouring rows of tensors that are walked together. */
export interface Slab {
  readonly first: number;
  readonly rows: number;
}

/**
 * Rows in as few slabs as bindings allow, for tensors with `cols` columns each. Slabs start at multiples of four rows,
 * so that each starts on a 16-byte boundary; where a binding does not hold four rows, one slab is all, and what does not
 * fit is refused when it is bound.
 */
export function slabsOf(op: string, machine: Machine, rows: number, cols: readonly number[]): Slab[] {
  const { perWindow } = windowRows(op, machine, Math.max(...cols));
  const step = Math.floor(perWindow / 4) * 4;
  if (rows <= perWindow || step === 0) return [{ first: 0, rows }];
  const slabs: Slab[] = [];
  for (let first = 0; first < rows; first += step) slabs.push({ first, rows: Math.min(step, rows - first) });
  return slabs;
}

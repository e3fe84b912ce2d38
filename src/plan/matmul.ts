import type { Machine } from './machine.ts';

/** How a matrix product is laid out: lanes make 4 × 4 entries each, over one of `slices` slices of k. */
export interface MatmulPlan {
  /** Lanes a workgroup. */
  readonly width: number;
  readonly slices: number;
  /** A multiple of four. */
  readonly sliceK: number;
  readonly groups: number;
}

/** Lanes that keep an adapter busy, the least k that are worth a lane's while, and the most slices that one lane adds up. */
const BUSY_LANES = { gpu: 32768, cpu: 64 };
const LEAST_SLICE = 64;
const MOST_SLICES = 64;
/** On a processor workgroups are what its threads share. */
const WIDTH = { gpu: 64, cpu: 16 };

/** Plans `batches` products of m × k by k × n. */
export function planMatmul({ kind }: Machine, batches: number, m: number, n: number, k: number): MatmulPlan {
  const tiles = batches * Math.ceil(m / 4) * Math.ceil(n / 4);
  const wanted = Math.min(Math.floor(BUSY_LANES[kind] / Math.max(tiles, 1)), Math.floor(k / LEAST_SLICE), MOST_SLICES);
  const sliceK = 4 * Math.max(1, Math.ceil(k / Math.max(1, wanted) / 4));
  const slices = Math.max(1, Math.ceil(k / sliceK));
  return { width: WIDTH[kind], slices, sliceK, groups: Math.ceil((tiles * slices) / WIDTH[kind]) };
}

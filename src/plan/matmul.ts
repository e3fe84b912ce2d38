import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';

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
/** Of the slices' sums, whatever is multiplied. */
const PARTIAL_BYTES = 4;

/** Plans `batches` products of m × k by k × n, whose slices' sums one binding holds. */
export function planMatmul(machine: Machine, batches: number, m: number, n: number, k: number): MatmulPlan {
  const { kind } = machine;
  const tiles = batches * Math.ceil(m / 4) * Math.ceil(n / 4);
  const wanted = Math.min(
    Math.floor(BUSY_LANES[kind] / Math.max(tiles, 1)),
    Math.floor(k / LEAST_SLICE),
    MOST_SLICES,
    Math.floor(bindingRoom(machine) / (PARTIAL_BYTES * Math.max(batches * m * n, 1))),
  );
  const sliceK = 4 * Math.max(1, Math.ceil(k / Math.max(1, wanted) / 4));
  const slices = Math.max(1, Math.ceil(k / sliceK));
  return { width: WIDTH[kind], slices, sliceK, groups: Math.ceil((tiles * slices) / WIDTH[kind]) };
}

/** What is multiplied: m × k by k × n, `batches` times, and how the factors lie. */
export interface Product {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `a` is [K, M]. */
  readonly transposeA: boolean;
  /** `b` is [N, K]. */
  readonly transposeB: boolean;
}

export type ProductAxis = 'batches' | 'm' | 'n' | 'k';

/**
 * Along which axis a product is to be halved so that bindings will hold what is left; undefined where they do already. A
 * matrix that is too large is cut between its rows while it has more than one, since those are contiguous. Of the result
 * two sums in f32 have to fit, so that k can be halved in its turn.
 */
export function splitOf(machine: Machine, product: Product, elementBytes: 2 | 4): ProductAxis | undefined {
  const { batches, m, n, k, transposeA, transposeB } = product;
  const room = bindingRoom(machine);
  const factors = [
    { size: m * k, axes: transposeA ? (['k', 'm'] as const) : (['m', 'k'] as const) },
    { size: k * n, axes: transposeB ? (['n', 'k'] as const) : (['k', 'n'] as const) },
  ];
  const isLarge = (size: number) => elementBytes * size > room;
  if (!factors.some(({ size }) => isLarge(batches * size)) && PARTIAL_BYTES * batches * m * n <= room) return undefined;
  if (batches > 1) return 'batches';
  const large = factors.find(({ size }) => isLarge(size));
  const axes =
    PARTIAL_BYTES * (large ? 2 : 1) * m * n > room ? (['m', 'n'] as const) : (large as (typeof factors)[0]).axes;
  return product[axes[0]] > 1 ? axes[0] : axes[1];
}

import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';

/** How a matrix product is laid out: in square tiles, each over one of `slices` slices of k. */
export interface MatmulPlan {
  /** Whose tiles these are: a lane's, by itself; or a workgroup's, which shares what it reads in workgroup memory. */
  readonly tiles: 'lane' | 'workgroup';
  /** Elements along an edge of a tile. */
  readonly edge: number;
  /** Lanes a workgroup. */
  readonly workgroupSize: number;
  readonly slices: number;
  /** A multiple of four; of a workgroup's tiles, of the k that it shares at a time. */
  readonly sliceK: number;
  readonly groups: number;
}

type Tiling = Pick<MatmulPlan, 'tiles' | 'edge' | 'workgroupSize'> & {
  readonly lanesPerTile: number;
  /** Slices of k are multiples of this. */
  readonly stepK: number;
};

/** A lane's 4 × 4 elements. On a processor workgroups are what its threads share. */
const BY_LANE: Record<Machine['kind'], Tiling> = {
  gpu: { tiles: 'lane', edge: 4, workgroupSize: 64, lanesPerTile: 1, stepK: 4 },
  cpu: { tiles: 'lane', edge: 4, workgroupSize: 16, lanesPerTile: 1, stepK: 4 },
};
/** How deep the slabs are that a workgroup's lanes bring together: a block of 4 × 4 each, half of them of each factor. */
export const SLAB_K = 16;
/** As many lanes as WebGPU's compatibility level has, each with 4 × 8 elements (shaders/matmul_tiled.wgsl). */
const BY_WORKGROUP: Tiling = { tiles: 'workgroup', edge: 64, workgroupSize: 128, lanesPerTile: 128, stepK: SLAB_K };
/**
 * Of a workgroup's tiles, the part that has to be elements of the result. Lanes by themselves ask a cache for a byte a
 * flop and get half of them at best, so tiles that are half empty lose nothing by it.
 */
const LEAST_FILLED = 1 / 2;

/** Lanes that keep an adapter busy, the least k that are worth a lane's while, and the most slices that one lane adds up. */
const BUSY_LANES = { gpu: 32768, cpu: 64 };
const LEAST_SLICE = 64;
const MOST_SLICES = 64;
/** Of the slices' sums, whatever is multiplied. */
const PARTIAL_BYTES = 4;

/** Plans `batches` products of m × k by k × n, whose slices' sums one binding holds. */
export function planMatmul(machine: Machine, batches: number, m: number, n: number, k: number): MatmulPlan {
  const { kind } = machine;
  const { tiles, edge, workgroupSize, lanesPerTile, stepK } = isForWorkgroups(machine, m, n, k)
    ? BY_WORKGROUP
    : BY_LANE[kind];
  const count = tilesOf(edge, batches, m, n);
  const wanted = Math.min(
    Math.floor(BUSY_LANES[kind] / Math.max(count * lanesPerTile, 1)),
    Math.floor(k / LEAST_SLICE),
    MOST_SLICES,
    Math.floor(bindingRoom(machine) / (PARTIAL_BYTES * Math.max(batches * m * n, 1))),
  );
  const sliceK = stepK * Math.max(1, Math.ceil(k / Math.max(1, wanted) / stepK));
  const slices = Math.max(1, Math.ceil(k / sliceK));
  return {
    tiles,
    edge,
    workgroupSize,
    slices,
    sliceK,
    groups: Math.ceil((count * slices * lanesPerTile) / workgroupSize),
  };
}

/** Whether workgroups share: not on a processor, where a barrier costs more than it saves, nor for less than a slab. */
function isForWorkgroups({ kind, maxInvocations }: Machine, m: number, n: number, k: number): boolean {
  const { edge, workgroupSize, stepK } = BY_WORKGROUP;
  if (kind !== 'gpu' || maxInvocations < workgroupSize || k < stepK) return false;
  return m * n >= LEAST_FILLED * edge ** 2 * tilesOf(edge, 1, m, n);
}

/** Tiles that cover the results. */
export function tilesOf(edge: number, batches: number, m: number, n: number): number {
  return batches * Math.ceil(m / edge) * Math.ceil(n / edge);
}

/**
 * Elements of a factor that tiles ask for: each tile its rows of a, or its columns of b, over all of k. Most of that a
 * cache answers.
 */
export function askedOf(
  { edge }: MatmulPlan,
  { batches, m, n, k }: Pick<Product, 'batches' | 'm' | 'n' | 'k'>,
): number {
  return edge * tilesOf(edge, batches, m, n) * k;
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

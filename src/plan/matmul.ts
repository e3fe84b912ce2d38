import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';

/** The layout of a matrix product: square tiles, each over one of `slices` slices of k. */
export interface MatmulPlan {
  /** What computes a tile: a single lane, or a workgroup that shares its inputs in workgroup memory. */
  readonly tiles: 'lane' | 'workgroup';
  /** Elements along an edge of a tile. */
  readonly edge: number;
  /** Lanes per workgroup. */
  readonly workgroupSize: number;
  readonly slices: number;
  /** Length of a slice: a multiple of four or, for workgroup tiles, of the slab depth `SLAB_K`. */
  readonly sliceK: number;
  readonly groups: number;
}

type Tiling = Pick<MatmulPlan, 'tiles' | 'edge' | 'workgroupSize'> & {
  readonly lanesPerTile: number;
  /** Slices of k are multiples of this. */
  readonly stepK: number;
};

/** Lane tiles of 4 × 4 elements. On a CPU, threads are assigned whole workgroups, so these are smaller. */
const BY_LANE: Record<Machine['kind'], Tiling> = {
  gpu: { tiles: 'lane', edge: 4, workgroupSize: 64, lanesPerTile: 1, stepK: 4 },
  cpu: { tiles: 'lane', edge: 4, workgroupSize: 16, lanesPerTile: 1, stepK: 4 },
};
/** Depth of the slabs that a workgroup loads: each lane loads a 4 × 4 block, half of the lanes from each factor. */
export const SLAB_K = 16;
/** The lanes that WebGPU's compatibility level guarantees, each with 4 × 8 elements (shaders/matmul_tiled.wgsl). */
const BY_WORKGROUP: Tiling = { tiles: 'workgroup', edge: 64, workgroupSize: 128, lanesPerTile: 128, stepK: SLAB_K };
/**
 * The part of workgroup tiles that must be elements of the result. Lane tiles need one byte per flop from the cache and
 * get half of that at best, so half-empty workgroup tiles are not slower.
 */
const LEAST_FILLED = 1 / 2;

/** Lanes that keep an adapter busy, the shortest slice of k worth a lane, and the most slices that one lane adds up. */
const BUSY_LANES = { gpu: 32768, cpu: 64 };
const LEAST_SLICE = 64;
const MOST_SLICES = 64;
/** Bytes of a slice's sum, for every dtype. */
const PARTIAL_BYTES = 4;

/** Plans `batches` products of m × k by k × n. The sums of all slices fit one binding. */
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

/** Whether workgroups share tiles: not on a CPU, where a barrier costs more than it saves, nor for less than a slab. */
function isForWorkgroups({ kind, maxInvocations }: Machine, m: number, n: number, k: number): boolean {
  const { edge, workgroupSize, stepK } = BY_WORKGROUP;
  if (kind !== 'gpu' || maxInvocations < workgroupSize || k < stepK) return false;
  return m * n >= LEAST_FILLED * edge ** 2 * tilesOf(edge, 1, m, n);
}

/** Returns the number of tiles that cover the results. */
export function tilesOf(edge: number, batches: number, m: number, n: number): number {
  return batches * Math.ceil(m / edge) * Math.ceil(n / edge);
}

/**
 * Returns the number of elements of a factor that tiles load: each tile its rows of a, or its columns of b, over all of
 * k. Most of these loads hit a cache.
 */
export function askedOf(
  { edge }: MatmulPlan,
  { batches, m, n, k }: Pick<Product, 'batches' | 'm' | 'n' | 'k'>,
): number {
  return edge * tilesOf(edge, batches, m, n) * k;
}

/** A batch of products of m × k by k × n, and the layout of the factors. */
export interface Product {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Whether `a` is [K, M]. */
  readonly transposeA: boolean;
  /** Whether `b` is [N, K]. */
  readonly transposeB: boolean;
}

export type ProductAxis = 'batches' | 'm' | 'n' | 'k';

/**
 * Returns the axis along which a product must be halved to fit bindings; undefined if it already fits. A matrix that is
 * too large is cut between its rows while it has more than one, since rows are contiguous. Two f32 sums of the result
 * must fit before k is halved.
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

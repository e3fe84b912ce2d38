import addSlices from '../../shaders/add_slices.wgsl';
import densePart from '../../shaders/matmul/dense.wgsl';
import putDense from '../../shaders/matmul/put_dense.wgsl';
import tilePart from '../../shaders/matmul/tile.wgsl';
import shader from '../../shaders/matmul.wgsl';
import tiledShader from '../../shaders/matmul_tiled.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { type Parts, readParts, writeParts } from '../kernels/parts.ts';
import { sliceOf, type Traits, traitsOf } from '../kernels/slices.ts';
import { ELEMENT_WORKGROUP_SIZE } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import { planMatmul, SLAB_K } from '../plan/matmul.ts';
import type { KernelSource, Part } from '../runtime/link.ts';

/** The parts of a product's kernels that locate its elements (shaders/matmul/tile.wgsl). */
export interface ProductKernel {
  readonly parts?: Parts;
  readonly a: Part;
  readonly b: Part;
  /** Stores results that are not matrices, one element at a time. @default stores dense matrices in vectors of four */
  readonly put?: Part;
}

/** The memory layout of a factor. */
interface Lie {
  /** Whether elements are contiguous along k. */
  readonly along: boolean;
  /** Whether the vectors of four that the part reads start at multiples of four. */
  readonly quads: boolean;
  /** Whether all batches share this factor; only for matrices. @default false */
  readonly shared?: boolean;
}

export interface Factor extends Lie {
  readonly tensor: Tensor;
}

/** The part that reads a factor that is a matrix. */
export { densePart };

/** A factor that is a matrix with rows of `cols` elements. `along` is whether k runs along the rows. */
export function dense(tensor: Tensor, along: boolean, cols: number, shared = false): Factor {
  return { tensor, along, quads: cols % 4 === 0, shared };
}

/** A product to compute. */
export interface ProductOf {
  readonly op: string;
  readonly kernel: ProductKernel;
  readonly a: Factor;
  readonly b: Factor;
  /** Constants for the factors' parts. */
  readonly constants?: Readonly<Record<string, number | boolean>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/**
 * Computes `c[m, n] = Σ_k a[m, k]·b[k, n]` per batch. Splits k into slices, added at the end, if that keeps lanes busy.
 */
export function multiplyInto(product: ProductOf, c: Tensor): void {
  const { op, a, b, constants, params, batches, m, n, k } = product;
  const { backend } = c;
  const factors = { a: factsOf(a), b: factsOf(b) };
  const facts = { ...factors, c: traitsOf(c), batches, m, n, k, constants };
  const { plan, kernel } = backend.runtime.decide(product.kernel, facts, decideProduct);
  const { slices, sliceK, groups } = plan;
  const multiply = (target: Tensor) => {
    const bind = { a: sliceOf(a.tensor), b: sliceOf(b.tensor), c: sliceOf(target) };
    const lengths = { m, n, k, batches, slices, slice_k: sliceK };
    backend.runtime.launch({ op, kernel, bind, params: { ...lengths, ...params }, groups, plan });
  };
  if (slices === 1) multiply(c);
  else {
    backend.scope(() => {
      const partial = backend.empty([slices, c.size], 'f32');
      multiply(partial);
      addInto(op, partial, slices, c);
    });
  }
}

type FactorFacts = Lie & Traits;
interface ProductFacts extends Pick<ProductOf, 'batches' | 'm' | 'n' | 'k'> {
  readonly a: FactorFacts;
  readonly b: FactorFacts;
  readonly c: Traits;
  readonly constants: ProductOf['constants'];
}

function factsOf({ tensor, along, quads, shared = false }: Factor): FactorFacts {
  return { ...traitsOf(tensor), along, quads, shared };
}

function decideProduct({ a, b, c, batches, m, n, k, constants }: ProductFacts, machine: Machine, own: ProductKernel) {
  const plan = planMatmul(machine, batches, m, n, k);
  const { put = putDense, parts = [] } = own;
  const tiled = plan.tiles === 'workgroup';
  // Slices of k are written to a separate f32 tensor and then summed.
  const target = plan.slices === 1 ? c : { dtype: 'f32' as const, owned: true };
  const kernel = {
    entry: tiled ? 'matmul_tiled' : 'matmul',
    parts: [
      tiled ? tiledShader : shader,
      ...[tilePart, ...parts, put],
      ...factorParts(machine, 'a', 'm', own.a, a),
      ...factorParts(machine, 'b', 'n', own.b, b),
      ...writeParts(machine, 'c', target, put === putDense && n % 4 === 0 && target.owned),
    ],
    constants: {
      WORKGROUP_SIZE: plan.workgroupSize,
      ...(tiled ? { TILE: plan.edge, SLAB_K } : { WHOLE_K: k % 4 === 0 }),
      ...factorConstants('a', own.a, a),
      ...factorConstants('b', own.b, b),
      ...constants,
    },
  };
  return { plan, kernel };
}

function factorParts(machine: Machine, name: 'a' | 'b', length: 'm' | 'n', part: Part, lie: FactorFacts): Parts {
  return [{ part, names: { NAME: name, LENGTH: length } }, ...readParts(machine, name, lie, lie.quads && lie.aligned)];
}

function factorConstants(name: 'a' | 'b', part: Part, { along, shared = false }: Lie): Record<string, boolean> {
  return { [`ALONG_${name}`]: along, ...(part === densePart && { [`SHARED_${name}`]: shared }) };
}

/** Writes to `c` the sum of the slices in `partial`, each as large as `c`. */
export function addInto(op: string, partial: Tensor, slices: number, c: Tensor): void {
  const { size } = c;
  const { runtime } = c.backend;
  const facts = { inQuads: size % 4 === 0, partial: traitsOf(partial), c: traitsOf(c) };
  const kernel = runtime.decide(addSlices, facts, addVariant);
  runtime.launch({
    op,
    kernel,
    bind: { partial: sliceOf(partial), c: sliceOf(c) },
    params: { size, slices },
    groups: Math.ceil(size / (4 * ELEMENT_WORKGROUP_SIZE)),
  });
}

function addVariant(
  { inQuads, partial, c }: { readonly inQuads: boolean; readonly partial: Traits; readonly c: Traits },
  machine: Machine,
): KernelSource {
  const read = readParts(machine, 'partial', partial, inQuads && partial.aligned);
  const parts = [addSlices, ...read, ...writeParts(machine, 'c', c, c.owned)];
  return { entry: 'add_slices', parts, constants: { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE } };
}

import addSlices from '../../shaders/add_slices.wgsl';
import densePart from '../../shaders/matmul/dense.wgsl';
import putDense from '../../shaders/matmul/put_dense.wgsl';
import tilePart from '../../shaders/matmul/tile.wgsl';
import shader from '../../shaders/matmul.wgsl';
import tiledShader from '../../shaders/matmul_tiled.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { isAligned, ownsVectors, type Parts, readParts, sliceOf, traitsOf, writeParts } from '../kernels/parts.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import { type MatmulPlan, planMatmul } from '../plan/matmul.ts';
import type { Part } from '../runtime/link.ts';

/** One factor of a product: how kernels find its entries (shaders/matmul/tile.wgsl). */
export interface Factor {
  readonly tensor: Tensor;
  readonly part: Part;
  /** Whether the next k is next in memory. */
  readonly along: boolean;
  /** Whether what the part reads by fours starts at multiples of four. */
  readonly quads: boolean;
  /** Whether all batches multiply by the same. Of a matrix alone. @default false */
  readonly shared?: boolean;
}

/** A factor that is a matrix: with k along its rows of `cols` entries, or across them. */
export function dense(tensor: Tensor, along: boolean, cols: number, shared = false): Factor {
  return { tensor, part: densePart, along, quads: cols % 4 === 0, shared };
}

/** What is multiplied and how its kernels are told: `part` declares their parameters. */
export interface ProductOf {
  readonly op: string;
  readonly part: Part;
  readonly parts?: Parts;
  /** How results are stored that are no matrices, one by one. @default dense ones, by fours */
  readonly put?: Part;
  readonly a: Factor;
  readonly b: Factor;
  /** Of what the factors' parts need to know. */
  readonly constants?: Readonly<Record<string, number | boolean>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** `c[m, n] = Σ_k a[m, k]·b[k, n]` for each batch; over slices of k, which are then added, where that keeps lanes busy. */
export function multiplyInto(product: ProductOf, c: Tensor): void {
  const { op, batches, m, n, k } = product;
  const { backend } = c;
  const plan = planMatmul(backend.runtime.machine, batches, m, n, k);
  if (plan.slices === 1) {
    dispatch(product, c, plan);
    return;
  }
  backend.scope(() => {
    const partial = backend.empty([plan.slices, c.size], 'f32');
    dispatch(product, partial, plan);
    addInto(op, partial, plan.slices, c);
  });
}

function dispatch(product: ProductOf, c: Tensor, plan: MatmulPlan): void {
  const { op, part, parts = [], put = putDense, a, b, constants = {}, params = {}, batches, m, n, k } = product;
  const { runtime } = c.backend;
  const wholeK = k % 4 === 0;
  const facts = `${op} ${n} ${wholeK} ${plan.tiles} ${plan.edge} ${plan.width} ${Object.values(constants)} ${keyOf(a)}${keyOf(b)}${traitsOf(c)}`;
  const kernel = runtime.decide(shader, facts, (machine) => {
    const shared = plan.tiles === 'workgroup';
    return {
      entry: shared ? 'matmul_tiled' : 'matmul',
      parts: [
        shared ? tiledShader : shader,
        tilePart,
        part,
        ...parts,
        put,
        ...factorParts(machine, 'a', 'm', a),
        ...factorParts(machine, 'b', 'n', b),
        ...writeParts(machine, 'c', c, put === putDense && n % 4 === 0 && ownsVectors(c)),
      ],
      constants: {
        WIDTH: plan.width,
        ...(shared ? { TILE: plan.edge } : { WHOLE_K: wholeK }),
        ...factorConstants('a', a),
        ...factorConstants('b', b),
        ...constants,
      },
    };
  });
  runtime.launch({
    op,
    kernel,
    bind: { a: sliceOf(a.tensor), b: sliceOf(b.tensor), c: sliceOf(c) },
    params: { m, n, k, batches, slices: plan.slices, slice_k: plan.sliceK, ...params },
    groups: plan.groups,
    plan,
  });
}

const keyOf = ({ tensor, part, along, quads, shared = false }: Factor) =>
  `${part.file} ${along} ${quads} ${shared} ${traitsOf(tensor)}`;

function factorParts(machine: Machine, name: 'a' | 'b', length: 'm' | 'n', { tensor, part, quads }: Factor): Parts {
  return [
    { part, names: { NAME: name, LENGTH: length } },
    ...readParts(machine, name, tensor, quads && isAligned(tensor)),
  ];
}

function factorConstants(name: 'a' | 'b', { part, along, shared = false }: Factor): Record<string, boolean> {
  return { [`ALONG_${name}`]: along, ...(part === densePart && { [`SHARED_${name}`]: shared }) };
}

/** The sum of the slices in `partial`, each as large as `c`. */
export function addInto(op: string, partial: Tensor, slices: number, c: Tensor): void {
  const { size } = c;
  const { runtime } = c.backend;
  const inQuads = size % 4 === 0;
  const kernel = runtime.decide(addSlices, `${inQuads} ${traitsOf(partial)}${traitsOf(c)}`, (machine) => ({
    entry: 'add_slices',
    parts: [
      addSlices,
      ...readParts(machine, 'partial', partial, inQuads && isAligned(partial)),
      ...writeParts(machine, 'c', c, ownsVectors(c)),
    ],
    constants: { WIDTH: ELEMENT_WIDTH },
  }));
  runtime.launch({
    op,
    kernel,
    bind: { partial: sliceOf(partial), c: sliceOf(c) },
    params: { size, slices },
    groups: Math.ceil(size / (4 * ELEMENT_WIDTH)),
  });
}

import addSlices from '../../shaders/add_slices.wgsl';
import productPart from '../../shaders/matmul/product.wgsl';
import shader from '../../shaders/matmul.wgsl';
import { type Shape, show } from '../data.ts';
import { ShapeError } from '../errors.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import { type MatmulPlan, planMatmul } from '../plan/matmul.ts';
import { slabsOf } from '../plan/slabs.ts';
import type { Tensor } from '../tensor.ts';
import { checkDTypes, checkOption, checkTensors, sameShape } from './check.ts';
import { isAligned, ownsVectors, readParts, sliceOf, writeParts } from './parts.ts';

/** Which factors are read transposed; nothing is copied for it. */
export interface MatmulOptions {
  /** Read `a` as [..., K, M]. Default false */
  transposeA?: boolean;
  /** Read `b` as [..., N, K]. Default false */
  transposeB?: boolean;
}

/** What is multiplied: m × k by k × n, `batches` times. */
interface Product {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * The matrix product `c[m, n] = Σ_k a[m, k]·b[k, n]`, for each entry of the leading axes.
 *
 * @param a f32, [..., M, K], or [..., K, M] with `transposeA`
 * @param b f32, [..., K, N], or [..., N, K] with `transposeB`; the leading axes are those of `a`
 * @returns a new tensor [..., M, N]
 * @throws ShapeError when the inner lengths or the leading axes differ
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  checkTensors('matmul', { a, b });
  checkOption('matmul', 'transposeA', transposeA, [false, true]);
  checkOption('matmul', 'transposeB', transposeB, [false, true]);
  checkDTypes('matmul', 'a', a, 'f32');
  checkDTypes('matmul', 'b', b, 'f32');
  const leading = a.shape.slice(0, -2);
  const [m, k] = lastTwo('a', a.shape, transposeA);
  const [inner, n] = lastTwo('b', b.shape, transposeB);
  if (inner !== k || !sameShape(b.shape.slice(0, -2), leading)) {
    const last = transposeB ? ['...', k] : [k, '...'];
    const as = transposeA ? `${show(a.shape)} transposed` : show(a.shape);
    throw new ShapeError(
      `matmul: b is ${show(b.shape)}, expected [${[...leading, ...last].join(', ')}] to multiply a ${as}`,
    );
  }
  const c = a.backend.empty([...leading, m, n], 'f32');
  if (c.size === 0) return c;
  const { backend } = a;
  const batches = leading.reduce((product, length) => product * length, 1);
  const product: Product = { batches, m, n, k, transposeA, transposeB };
  // Rows of c come from rows of a: where either is larger than a binding, as many at a time as one holds.
  const slabs = leading.length === 0 && !transposeA ? slabsOf('matmul', backend.runtime.machine, m, [k, n]) : [];
  if (slabs.length <= 1) {
    multiplyInto(a, b, c, product);
    return c;
  }
  for (const { first, rows } of slabs) {
    backend.scope(() => {
      const [part, target] = [a.view(first * k, [rows, k]), c.view(first * n, [rows, n])];
      multiplyInto(part, b, target, { ...product, m: rows });
    });
  }
  return c;
}

function multiplyInto(a: Tensor, b: Tensor, c: Tensor, product: Product): void {
  const { backend } = a;
  const { batches, m, n, k } = product;
  const plan = planMatmul(backend.runtime.machine, batches, m, n, k);
  if (plan.slices === 1) {
    dispatch(a, b, c, product, plan);
    return;
  }
  backend.scope(() => {
    const partial = backend.empty([plan.slices, c.size], 'f32');
    dispatch(a, b, partial, product, plan);
    backend.runtime.launch({
      op: 'matmul',
      kernel: { entry: 'add_slices', parts: [addSlices], constants: { WIDTH: ELEMENT_WIDTH } },
      bind: { partial: sliceOf(partial), c: sliceOf(c) },
      params: { size: c.size, slices: plan.slices },
      groups: Math.ceil(c.size / ELEMENT_WIDTH),
    });
  });
}

function dispatch(a: Tensor, b: Tensor, c: Tensor, product: Product, plan: MatmulPlan): void {
  const inQuads = (tensor: Tensor) => (tensor.shape.at(-1) as number) % 4 === 0 && isAligned(sliceOf(tensor));
  const { m, n, k, batches, transposeA, transposeB } = product;
  a.backend.runtime.launch({
    op: 'matmul',
    kernel: {
      entry: 'matmul',
      parts: [
        shader,
        productPart,
        ...readParts('a', a, inQuads(a)),
        ...readParts('b', b, inQuads(b)),
        ...writeParts('c', c, n % 4 === 0 && ownsVectors(c)),
      ],
      constants: { WIDTH: plan.width, TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB },
    },
    bind: { a: sliceOf(a), b: sliceOf(b), c: sliceOf(c) },
    params: { m, n, k, batches, slices: plan.slices, slice_k: plan.sliceK },
    groups: plan.groups,
  });
}

/** Rows and columns of a matrix as it is read. */
function lastTwo(name: string, shape: Shape, transposed: boolean): [number, number] {
  if (shape.length < 2) throw new ShapeError(`matmul: ${name} is ${show(shape)}, expected at least two axes`);
  const [rows, cols] = shape.slice(-2) as [number, number];
  return transposed ? [cols, rows] : [rows, cols];
}

import { bytesOf, type Shape, show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { halvesOf, type Run } from '../plan/boxes.ts';
import { type Product, type ProductAxis, splitOf } from '../plan/matmul.ts';
import { around, productOf } from '../plan/strides.ts';
import { checkFloat, checkOption, checkTensors, sameShape } from './check.ts';
import { copyInto } from './copy.ts';
import { addInto, dense, densePart, multiplyInto } from './product.ts';

const KERNEL = { a: densePart, b: densePart };

/** Which factors are read transposed, without a copy. */
export interface MatmulOptions {
  /** Whether `a` is [..., K, M]. @default false */
  transposeA?: boolean;
  /** Whether `b` is [..., N, K]. @default false */
  transposeB?: boolean;
}

/**
 * The matrix product `c[m, n] = Σ_k a[m, k]·b[k, n]`, batched over the leading axes.
 *
 * @param a f32 or f16 (summed in f32), [..., M, K], or [..., K, M] with `transposeA`
 * @param b with the dtype of `a`, [..., K, N], or [..., N, K] with `transposeB`; its leading axes equal those of `a`
 * @returns a new tensor [..., M, N] with that dtype
 * @throws ShapeError if the inner lengths or the leading axes differ; GradfoldError for other or unequal dtypes
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  checkTensors('matmul', { a, b });
  checkOption('matmul', 'transposeA', transposeA, [false, true]);
  checkOption('matmul', 'transposeB', transposeB, [false, true]);
  checkFloat('matmul', 'a', a);
  if (b.dtype !== a.dtype) throw new GradfoldError(`matmul: b is ${b.dtype}, expected ${a.dtype} like a`);
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
  const c = a.backend.empty([...leading, m, n], a.dtype);
  const batches = productOf(leading);
  if (c.size > 0) multiplyFitting(a, b, c, { batches, m, n, k, transposeA, transposeB });
  return record('matmul', { a, b }, c, {
    keeps: { a, b },
    back: (dy, { a, b }, { wants }) => ({
      a: wants('a') ? gradientOfA(b, dy, transposeA, transposeB) : undefined,
      b: wants('b') ? gradientOfB(a, dy, transposeA, transposeB) : undefined,
    }),
  });
}

function gradientOfA(b: Tensor, dy: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return transposeA
    ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
    : matmul(dy, b, { transposeB: !transposeB });
}

function gradientOfB(a: Tensor, dy: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return transposeB
    ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
    : matmul(a, dy, { transposeA: !transposeA });
}

/** Multiplies if all three matrices fit in bindings. Otherwise splits the product in half and recurses. */
function multiplyFitting(a: Tensor, b: Tensor, c: Tensor, product: Product): void {
  const { backend, dtype } = a;
  const axis = splitOf(backend.runtime.machine, product, bytesOf(dtype));
  if (!axis) {
    const { batches, m, n, k, transposeA, transposeB } = product;
    const left = dense(a, !transposeA, transposeA ? m : k);
    const right = dense(b, transposeB, transposeB ? k : n);
    multiplyInto({ op: 'matmul', kernel: KERNEL, a: left, b: right, batches, m, n, k }, c);
    return;
  }
  backend.scope(() => {
    // Splitting k gives two products, which are then added.
    const sums = axis === 'k' ? backend.empty([2, c.size], 'f32') : undefined;
    for (const [index, run] of halvesOf(product[axis]).entries()) {
      backend.scope(() => {
        const part = { ...product, [axis]: run.size };
        const left = runOf(a, axesOfA(product), axis, run);
        const right = runOf(b, axesOfB(product), axis, run);
        const target = sums?.view(index * c.size, c.shape) ?? runOf(c, axesOfC(product), axis, run, false);
        multiplyFitting(left, right, target, part);
        if (target.storage !== c.storage && !sums) copyRun(target, c, axesOfC(product), axis, run, 'into');
      });
    }
    if (sums) addInto('matmul', sums, 2, c);
  });
}

/** A matrix's axes with their lengths, outermost first. */
type Axes = readonly (readonly [axis: ProductAxis, length: number])[];

const axesOf = (product: Product, ...names: readonly ProductAxis[]): Axes => names.map((name) => [name, product[name]]);
const axesOfA = (product: Product) =>
  product.transposeA ? axesOf(product, 'batches', 'k', 'm') : axesOf(product, 'batches', 'm', 'k');
const axesOfB = (product: Product) =>
  product.transposeB ? axesOf(product, 'batches', 'n', 'k') : axesOf(product, 'batches', 'k', 'n');
const axesOfC = (product: Product) => axesOf(product, 'batches', 'm', 'n');

/**
 * The run's part of a matrix along an axis: the matrix itself if it does not have the axis, a view if the part is
 * contiguous, else a new matrix. `filled` is whether to copy the elements to it.
 */
function runOf(x: Tensor, axes: Axes, axis: ProductAxis, run: Run, filled = true): Tensor {
  const at = axes.findIndex(([name]) => name === axis);
  if (at < 0) return x;
  const shape = axes.map(([, length], index) => (index === at ? run.size : length));
  const { inner } = around(shape, at);
  if (axes.slice(0, at).every(([, length]) => length === 1)) return x.view(run.first * inner, shape);
  const part = x.backend.empty(shape, x.dtype);
  if (filled) copyRun(part, x, axes, axis, run, 'from');
  return part;
}

/** Copies the run's part of a matrix from or into the whole one. */
function copyRun(part: Tensor, whole: Tensor, axes: Axes, axis: ProductAxis, run: Run, way: 'from' | 'into'): void {
  const at = axes.findIndex(([name]) => name === axis);
  const lengths = axes.map(([, length]) => length);
  const { outer, length, inner } = around(lengths, at);
  const shape = [outer, run.size * inner];
  const [own, others] = [
    [run.size * inner, 1],
    [length * inner, 1],
  ];
  const start = run.first * inner;
  if (way === 'from') copyInto('matmul', whole, { shape, from: others, to: own, fromStart: start }, part);
  else copyInto('matmul', part, { shape, from: own, to: others, toStart: start }, whole);
}

/** The numbers of rows and columns of a matrix, after transposition. */
function lastTwo(name: string, shape: Shape, transposed: boolean): [number, number] {
  if (shape.length < 2) throw new ShapeError(`matmul: ${name} is ${show(shape)}, expected at least two axes`);
  const [rows, cols] = shape.slice(-2) as [number, number];
  return transposed ? [cols, rows] : [rows, cols];
}

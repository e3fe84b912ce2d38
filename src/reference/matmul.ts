import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, sameShape, shapeText, sizeOf, valuesOf } from './nd_array.ts';
import { readStrided } from './strided.ts';

export interface MatmulOptions {
  /** Read a as [..., K, M]. @default false */
  transposeA?: boolean;
  /** Read b as [..., N, K]. @default false */
  transposeB?: boolean;
}

/**
 * The matrix product: y[m, n] = Σ_k a[m, k]·b[k, n], for each index of the leading axes.
 *
 * @param a [..., M, K], or [..., K, M] with `transposeA`
 * @param b [..., K, N], or [..., N, K] with `transposeB`; the leading axes match those of a
 * @returns [..., M, N]
 */
export function matmul(a: NdArray, b: NdArray, options: MatmulOptions = {}): Float64NdArray {
  const { transposeA = false, transposeB = false } = options;
  const [leading, rowsA, colsA] = splitShape('a', a.shape);
  const [leadingB, rowsB, colsB] = splitShape('b', b.shape);
  const [m, k] = transposeA ? [colsA, rowsA] : [rowsA, colsA];
  const [kOfB, n] = transposeB ? [colsB, rowsB] : [rowsB, colsB];
  if (k !== kOfB || !sameShape(leading, leadingB)) {
    const transposed = (flag: boolean): string => (flag ? ' transposed' : '');
    const shapes = `${shapeText(a.shape)}${transposed(transposeA)} and ${shapeText(b.shape)}${transposed(transposeB)}`;
    throw new Error(`matmul: ${shapes} do not multiply`);
  }
  const batch = sizeOf(leading);
  // Both factors as rows of length k: the rows of a, and the columns of b.
  const left = readStrided(valuesOf('matmul', 'a', a), [batch, m, k], transposeA ? [k * m, 1, m] : [m * k, k, 1]);
  const right = readStrided(valuesOf('matmul', 'b', b), [batch, n, k], transposeB ? [n * k, k, 1] : [k * n, 1, n]);
  const data = new Float64Array(batch * m * n);
  for (let i = 0; i < batch * m; i++) {
    const row = left.subarray(i * k, (i + 1) * k);
    const columns = Math.floor(i / m) * n;
    for (let j = 0; j < n; j++) {
      const start = (columns + j) * k;
      data[i * n + j] = sumOf(row, (value, at) => round(value * right[start + at]!));
    }
  }
  return { shape: [...leading, m, n], data };
}

function splitShape(name: string, shape: readonly number[]): [leading: number[], rows: number, cols: number] {
  if (shape.length < 2) throw new Error(`matmul: ${name} is ${shapeText(shape)}, expected at least two axes`);
  return [shape.slice(0, -2), shape.at(-2)!, shape.at(-1)!];
}

import * as reference from '../reference/index.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { floats, normal } from './suite/data.ts';
import { choice, draws, perhaps, values } from './suite/draws.ts';
import { COLS, POSITIVE, ROWS } from './suite/gradient.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import type { OpSpec } from './suite/spec.ts';

interface Product {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly quick?: boolean;
  /** Run also as a GPU plans it. @default true */
  readonly gpu?: boolean;
}

const BOTH = [false, true];

/** All combinations of lengths, in either orientation of each matrix. */
const layoutsOf = (ms: readonly number[], ks: readonly number[], ns: readonly number[]) =>
  BOTH.flatMap((transposeA) =>
    BOTH.flatMap((transposeB) =>
      ms.flatMap((m) =>
        ks.flatMap((k) =>
          ns.map((n) => ({
            m,
            k,
            n,
            a: transposeA ? [k, m] : [m, k],
            b: transposeB ? [n, k] : [k, n],
            transposeA,
            transposeB,
          })),
        ),
      ),
    ),
  );

const PRODUCTS: readonly Product[] = [
  { a: [1, 1], b: [1, 1] },
  { a: [64, 784], b: [784, 10], quick: true },
  { a: [784, 64], b: [784, 10], transposeA: true },
  { a: [3, 5, 7], b: [3, 7, 4] },
  { a: [3, 32770], b: [32770, 5] },
  { a: [4, 0], b: [0, 3] },
  { a: [64, 200], b: [200, 60] },
  // Rows that end on a vector of four or not, for each matrix in either orientation, in tiles of lanes,
  ...layoutsOf([36, 37], [64, 61], [16, 13]).map(({ m, k, n, ...product }) => ({
    ...product,
    quick: m === 37 && k === 61 && n === 13 && !product.transposeA && !product.transposeB,
  })),
  // and in tiles that a GPU's workgroups share. A few suffice on a CPU, where each takes seconds to compile.
  ...layoutsOf([124, 125], [64, 61], [64, 59]).map(({ m, k, n, ...product }) => {
    const ragged = [m, k, n].filter((length) => length % 4 !== 0).length;
    return { ...product, gpu: ragged === 0 || ragged === 3 };
  }),
];

const LENGTHS = choice(3, 1, 4, 5, 8, 16, 17, 33, 64, 0);

export const matmul: OpSpec = {
  name: 'matmul',
  group: 'products and sums',
  tensors: ['a', 'b'],
  result: 'c',
  budget: VECTOR_SUM,
  // Σ|a·b|: the sum of the terms' magnitudes.
  floors: ({ a, b }, options) => ({
    c: reference.matmul(finiteSizes(a as HostTensor), finiteSizes(b as HostTensor), options).data,
  }),
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      PRODUCTS.map(({ a, b, transposeA = false, transposeB = false, quick = false, gpu = true }) => {
        const name = `[${a}]${transposeA ? ' transposed' : ''} by [${b}]${transposeB ? ' transposed' : ''}`;
        return {
          name: named(name, dtype),
          inputs: { a: () => as(dtype, normal(`${name} a`, a)), b: () => as(dtype, normal(`${name} b`, b)) },
          options: { transposeA, transposeB },
          ...{ dtype, quick },
          // The product reduces no rows, so only the kind of machine matters.
          plans: ['default', 'unaligned', ...(gpu ? (['gpu'] as const) : [])],
        };
      }),
    ),
  draws: draws(
    {
      m: LENGTHS,
      k: LENGTHS,
      // One time in ten.
      long: choice(0, 0, 0, 0, 0, 0, 0, 0, 0, 257, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4099),
      n: LENGTHS,
      batch: choice<number[]>([], [], [2], [0], [1, 3]),
      a: values('any'),
      b: values('any'),
      transposeA: perhaps(choice(false, true)),
      transposeB: perhaps(choice(false, true)),
    },
    ({ m, k: short, long, n, batch, a, b, transposeA, transposeB }, dtype) => {
      const k = long > 0 && (long < 1000 || m * n <= 300) ? long : short;
      const shapeOf = (rows: number, cols: number, transposed = false) => [
        ...batch,
        ...(transposed ? [cols, rows] : [rows, cols]),
      ];
      return {
        inputs: {
          a: { shape: shapeOf(m, k, transposeA), values: a, dtype },
          b: { shape: shapeOf(k, n, transposeB), values: b, dtype },
        },
        options: { transposeA, transposeB },
      };
    },
  ),
  right: {
    inputs: { a: floats([1, 3], (i) => i + 1), b: floats([3, 1], (i) => i + 1) },
    wrong: { transposeA: ['no'], transposeB: [1] },
  },
  gradient: {
    trials: [
      ...BOTH.flatMap((transposeA) =>
        BOTH.map((transposeB) => ({
          name: `a${transposeA ? 'ᵀ' : ''} and b${transposeB ? 'ᵀ' : ''}`,
          of: {
            a: { shape: transposeA ? [COLS, ROWS] : [ROWS, COLS] },
            b: { shape: transposeB ? [5, COLS] : [COLS, 5], ...POSITIVE },
          },
          options: { transposeA, transposeB },
        })),
      ),
      { name: 'batched', of: { a: { shape: [2, 3, 4] }, b: { shape: [2, 4, 5], ...POSITIVE } } },
    ],
    steps: [(x, { call, parameters }) => call('matmul', x, parameters.weight, { transposeB: true })],
  },
};

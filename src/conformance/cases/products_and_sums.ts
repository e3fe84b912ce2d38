import { bytesOf } from '../../core/data.ts';
import * as ops from '../../index.ts';
import type { Machine } from '../../plan/machine.ts';
import { sizesOf } from '../../plan/rows.ts';
import * as reference from '../../reference/index.ts';
import { type Case, defineCase, type HostTensor, once } from '../suite/case.ts';
import { deviate, type Floats, floats, integers, map, normal, randomFor } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { EVERY_PLAN, EVERY_PLAN_AND_UNALIGNED, NARROW_PLANS, OWN_PLAN, type PlanName } from '../suite/plans.ts';
import { representativeReductions } from '../suite/representatives.ts';
import { specialRows } from './row_inputs.ts';

interface Product {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly quick?: boolean;
  /** Also as a GPU plans. @default true */
  readonly gpu?: boolean;
}

const BOTH = [false, true];

/** Of all lengths together, in either orientation of each matrix. */
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
  // Rows that end on a vector of four or between, of each matrix in either orientation: in tiles of lanes,
  ...layoutsOf([36, 37], [64, 61], [16, 13]).map(({ m, k, n, ...product }) => ({
    ...product,
    quick: m === 37 && k === 61 && n === 13 && !product.transposeA && !product.transposeB,
  })),
  // and in those that a GPU's workgroups share. On a processor a few will do: it takes seconds to compile one.
  ...layoutsOf([124, 125], [64, 61], [64, 59]).map(({ m, k, n, ...product }) => {
    const ragged = [m, k, n].filter((length) => length % 4 !== 0).length;
    return { ...product, gpu: ragged === 0 || ragged === 3 };
  }),
];

function matmulCases(dtype: FloatType): Case[] {
  return PRODUCTS.map(({ a, b, transposeA = false, transposeB = false, quick = false, gpu = true }) => {
    const options = { transposeA, transposeB };
    const name = `[${a}]${transposeA ? ' transposed' : ''} by [${b}]${transposeB ? ' transposed' : ''}`;
    const [left, right] = [
      once(() => as(dtype, normal(`${name} a`, a))),
      once(() => as(dtype, normal(`${name} b`, b))),
    ];
    return defineCase({
      op: 'matmul',
      name: named(name, dtype),
      dtype,
      halves: dtype === 'f16' ? ['c'] : [],
      quick,
      // The product folds nothing: only the kind of machine matters to it.
      plans: ['own', 'unaligned', ...(gpu ? (['gpu'] as const) : [])],
      run: (upload) => ({ c: ops.matmul(upload(left()), upload(right()), options) }),
      compute: (library) => ({ c: library.matmul(left(), right(), options) }),
      // Σ|a·b|: what the sum's terms add up to.
      floors: () => ({ c: reference.matmul(map(left(), Math.abs), map(right(), Math.abs), options).data }),
    });
  });
}

interface Sum {
  readonly name: string;
  readonly quick?: boolean | readonly PlanName[];
  readonly plans?: readonly PlanName[];
  readonly axis?: number;
  readonly x: () => Floats;
}

const ofShape = (shape: readonly number[], rest: Omit<Sum, 'name' | 'x'> = {}): Sum => ({
  ...rest,
  name: `[${shape}]${rest.axis === undefined ? '' : ` along ${rest.axis}`}`,
  x: once(() => {
    const random = randomFor(`sum ${shape}`);
    // Outliers, so that a dropped element shows.
    return floats(shape, (i) => (i % 97 === 5 ? 1e3 : 1) * deviate(random));
  }),
});

const SUMS: readonly Sum[] = [
  ofShape([1]),
  ofShape([5, 257], { axis: -1, plans: EVERY_PLAN_AND_UNALIGNED, quick: NARROW_PLANS }),
  ofShape([37, 61], { axis: 0, quick: true }),
  ofShape([7, 13, 5], { axis: 1 }),
  ofShape([3, 4095], { axis: -1 }),
  ofShape([3, 4096], { axis: -1 }),
  ofShape([3, 4097], { axis: -1 }),
  ofShape([4097]),
  ofShape([65537, 3], { axis: -1, plans: NARROW_PLANS }),
  ofShape([262144], { quick: true, plans: NARROW_PLANS }),
  ofShape([1048579]),
  { name: 'a million equal numbers', plans: NARROW_PLANS, x: once(() => floats([1e6], () => 0.1)) },
  { name: 'special values along -1', quick: true, axis: -1, x: specialRows },
];

const SUMMING = { sum: ops.sum, mean: ops.mean, max: ops.max };
const SIZES = { sum: reference.sum, mean: reference.mean };

/** Sums of one shape for each team that plans can choose on a machine. */
const plannedSums = (machine: Machine, dtype: FloatType): Sum[] =>
  representativeReductions(machine, sizesOf([bytesOf(dtype)])).map((shape) =>
    ofShape(shape, { axis: -1, plans: OWN_PLAN }),
  );

function sumCases(sums: readonly Sum[], dtype: FloatType): Case[] {
  return sums.flatMap(({ name, quick = false, plans = EVERY_PLAN, axis, x: values }) => {
    const x = once(() => as(dtype, values()));
    const options = axis === undefined ? {} : { axis };
    const finite = once(() => map(x(), (value) => (Number.isFinite(value) ? Math.abs(value) : 0)));
    return (['sum', 'mean', 'max'] as const).map((op) =>
      defineCase({
        op,
        name: named(name, dtype),
        dtype,
        halves: dtype === 'f16' ? ['y'] : [],
        quick: op === 'mean' ? false : quick,
        plans: op === 'mean' ? OWN_PLAN : plans,
        run: (upload) => ({ y: SUMMING[op](upload(x()), options) }),
        compute: (library) => ({ y: library[op](x(), options) }),
        // Σ|x|, over the count for a mean.
        floors: () => ({ y: op === 'max' ? 0 : SIZES[op](finite(), options).data }),
      }),
    );
  });
}

/** The largest of integers. */
function integerMaxima(): Case[] {
  return (['i32', 'u32'] as const).map((dtype) => {
    const x = once((): HostTensor => {
      const random = randomFor(`max of ${dtype}`);
      if (dtype === 'u32') return { shape: [5, 257], data: Uint32Array.from({ length: 1285 }, () => random.bits()) };
      return integers([5, 257], () => random.bits() | 0);
    });
    return defineCase({
      op: 'max',
      name: `[5,257] of ${dtype}`,
      plans: OWN_PLAN,
      run: (upload) => ({ y: ops.max(upload(x()), { axis: -1 }) }),
      compute: () => ({ y: reference.max(x(), { axis: -1 }) }),
    });
  });
}

/** Matrix products, sums, means and maxima. */
export function productAndSumCases(machine?: Machine): Case[] {
  const sumsOf = (dtype: FloatType) => [...SUMS, ...(machine ? plannedSums(machine, dtype) : [])];
  return [
    ...FLOAT_TYPES.flatMap((dtype) => [...matmulCases(dtype), ...sumCases(sumsOf(dtype), dtype)]),
    ...integerMaxima(),
  ];
}

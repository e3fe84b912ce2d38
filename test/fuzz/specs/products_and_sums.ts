import fc from 'fast-check';
import * as reference from '../../../src/reference/index.ts';
import type { Call, HostInput, Op } from '../call.ts';
import { direct } from '../direct.ts';
import { axes, axisOf, filled, inputsOf, looks, optionsOf, perhaps, seldom } from '../draws.ts';
import { finiteSizes, orOverflow } from '../sizes.ts';
import { values } from '../values.ts';

function reduction(name: 'sum' | 'mean'): Op {
  return direct(name, ['x'], {
    dtype: ({ x }) => (x as HostInput).dtype,
    // Σ|x|, over the count for a mean; of the sum where that is what overflows.
    floors: ({ x }, options) => {
      const sizes = finiteSizes(x as HostInput);
      const sums = reference.sum(sizes, options).data;
      return { y: orOverflow(name === 'sum' ? sums : reference.mean(sizes, options).data, sums) };
    },
  });
}

export const PRODUCTS_AND_SUMS: Readonly<Record<string, Op>> = {
  sum: reduction('sum'),
  mean: reduction('mean'),
  max: direct('max', ['x'], { dtype: ({ x }) => (x as HostInput).dtype }),
  matmul: direct('matmul', ['a', 'b'], {
    dtype: ({ a }) => (a as HostInput).dtype,
    floors: ({ a, b }, options) => ({
      y: reference.matmul(finiteSizes(a as HostInput), finiteSizes(b as HostInput), options).data,
    }),
  }),
};

const reductionCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('sum', 'mean', 'max'),
    look: looks,
    x: filled('any'),
    integers: seldom(fc.constantFrom<('i32' | 'u32')[]>('i32', 'u32')),
    axes: perhaps(fc.uniqueArray(axes, { minLength: 0, maxLength: 4, selector: ({ at }) => at })),
    one: fc.boolean(),
    keepDims: perhaps(fc.boolean()),
  })
  .map(({ op, look, x, integers, axes: drawn, one, keepDims }) => {
    const rank = x.shape.length;
    const resolved = drawn?.filter(({ at }) => at < rank).map((axis) => axisOf(axis, rank));
    const axis = one && resolved?.length === 1 ? resolved[0] : resolved;
    // No entry, no largest.
    const shape = op === 'max' ? x.shape.map((length) => Math.max(1, length)) : x.shape;
    const dtype = op === 'max' && integers ? integers : look.dtypes[0];
    return {
      op,
      machine: look.machine,
      inputs: inputsOf(look, { x: { ...x, shape, dtype } }),
      options: optionsOf({ axis, keepDims }),
    };
  });

const LENGTHS = fc.constantFrom(3, 1, 4, 5, 8, 16, 17, 33, 64, 0);

const matmulCalls: fc.Arbitrary<Call> = fc
  .record({
    look: looks,
    m: LENGTHS,
    k: fc.oneof({ weight: 9, arbitrary: LENGTHS }, { weight: 1, arbitrary: fc.constantFrom(257, 4099) }),
    n: LENGTHS,
    batch: fc.constantFrom([], [], [2], [0], [1, 3]),
    a: values('any'),
    b: values('any'),
    transposeA: perhaps(fc.boolean()),
    transposeB: perhaps(fc.boolean()),
  })
  .map(({ look, m, k: drawnK, n, batch, a, b, transposeA, transposeB }) => {
    const k = drawnK > 1000 && m * n > 300 ? 5 : drawnK;
    const [dtype] = look.dtypes;
    const shapeOf = (rows: number, cols: number, transposed = false) => [
      ...batch,
      ...(transposed ? [cols, rows] : [rows, cols]),
    ];
    const inputs = {
      a: { shape: shapeOf(m, k, transposeA), values: a, dtype },
      b: { shape: shapeOf(k, n, transposeB), values: b, dtype },
    };
    return {
      op: 'matmul',
      machine: look.machine,
      inputs: inputsOf(look, inputs),
      options: optionsOf({ transposeA, transposeB }),
    };
  });

export const productAndSumCalls = fc.oneof(
  { weight: 3, arbitrary: reductionCalls },
  { weight: 1, arbitrary: matmulCalls },
);

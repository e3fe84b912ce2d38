import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import * as ops from '../../../src/index.ts';
import type { Call, HostInput, Op, Tensors } from '../call.ts';
import { type AxisDraw, axes, axisOf, inputsOf, looks, optionsOf, perhaps, shapes } from '../draws.ts';
import { values } from '../values.ts';

type DType = ops.DType;
const ofX = ({ x }: Readonly<Record<string, HostInput>>) => (x as HostInput).dtype;
const moves = true;

/** A float cut towards zero and held to an integer's range; integers keep their bits. */
const CONVERSIONS: Record<DType, (value: number) => number> = {
  f32: Math.fround,
  f16: f16round,
  i32: (value) => (value > 2 ** 31 - 1 ? (value <= 2 ** 32 - 1 ? value : 2 ** 31 - 1) : Math.max(-(2 ** 31), value)),
  u32: (value) => Math.max(0, Math.min(2 ** 32 - 1, value)),
};

function cast({ dtype, data }: HostInput, to: DType): Float64Array {
  const isInteger = dtype === 'i32' || dtype === 'u32';
  if (to === 'f32' || to === 'f16') return Float64Array.from(data, (value) => CONVERSIONS[to](Math.fround(value)));
  if (isInteger) return Float64Array.from(data, (value) => (to === 'i32' ? value | 0 : value >>> 0));
  const [low, high] = to === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Float64Array.from(data, (value) =>
    Number.isNaN(value) ? 0 : Math.trunc(Math.max(low, Math.min(high, value))) + 0,
  );
}

export const MOVEMENT: Readonly<Record<string, Op>> = {
  transpose: {
    moves,
    dtype: ofX,
    run: ({ x }, { permutation }) => ({ y: ops.transpose(x as Tensors[string], permutation as number[]) }),
    compute: (library, { x }, { permutation }) => ({ y: library.transpose(x as HostInput, permutation as number[]) }),
  },
  gather: {
    moves,
    dtype: ofX,
    run: ({ x, indices }, options) => ({ y: ops.gather(x as Tensors[string], indices as Tensors[string], options) }),
    compute: (library, { x, indices }, options) => ({
      y: library.gather(x as HostInput, indices as HostInput, { axis: 0, ...options }),
    }),
  },
  slice: {
    moves,
    dtype: ofX,
    run: ({ x }, { starts, sizes }) => ({ y: ops.slice(x as Tensors[string], starts as number[], sizes as number[]) }),
    compute: (library, { x }, { starts, sizes }) => ({
      y: library.slice(x as HostInput, starts as number[], sizes as number[]),
    }),
  },
  concat: {
    moves,
    dtype: ({ x0 }) => (x0 as HostInput).dtype,
    run: (xs, { axis }) => ({ y: ops.concat(Object.values(xs), axis as number) }),
    compute: (library, xs, { axis }) => ({ y: library.concat(Object.values(xs), (axis as number | undefined) ?? 0) }),
  },
  cast: {
    dtype: (_, { dtype }) => dtype as DType,
    run: ({ x }, { dtype }) => ({ y: (x as Tensors[string]).cast(dtype as DType) }),
    compute: (_, { x }, { dtype }) => ({
      y: { shape: (x as HostInput).shape, data: cast(x as HostInput, dtype as DType) },
    }),
  },
};

const DTYPES = ['f32', 'f16', 'i32', 'u32'] as const;
const dtypes = fc.constantFrom<DType[]>(...DTYPES);

/** Numbers of a few bits as those of a permutation, the first of what is left at each step. */
function permuted(rank: number, seed: number): number[] {
  const left = Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, (_, step) => left.splice((seed >> (2 * step)) % left.length, 1)[0] as number);
}

export const movementCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('transpose', 'gather', 'slice', 'concat', 'cast'),
    look: looks,
    shape: shapes(),
    dtype: dtypes,
    to: dtypes,
    values: values('any'),
    more: fc.array(fc.record({ values: values('any'), length: fc.constantFrom(1, 2, 3, 0, 8) }), { maxLength: 3 }),
    axis: perhaps(axes),
    seed: fc.nat(255),
    default: fc.boolean(),
    taken: shapes({ max: 2 }),
    box: fc.array(fc.tuple(fc.nat(600), fc.nat(600)), { minLength: 4, maxLength: 4 }),
    indexType: fc.constantFrom<('i32' | 'u32')[]>('i32', 'u32'),
  })
  .map((drawn) => {
    const { op, look, shape, dtype, to, seed, taken, box, indexType, more } = drawn;
    const { machine } = look;
    const x = { shape, values: drawn.values, dtype };
    const rank = shape.length;
    if (op === 'cast') return { op, machine, inputs: inputsOf(look, { x }), options: { dtype: to } };
    if (op === 'slice') {
      const starts = shape.map((length, at) => (box[at] as [number, number])[0] % (length + 1));
      const sizes = shape.map((length, at) => (box[at] as [number, number])[1] % (length - (starts[at] as number) + 1));
      return { op, machine, inputs: inputsOf(look, { x }), options: { starts, sizes } };
    }
    if (op === 'transpose' || rank === 0) {
      const permutation = drawn.default ? undefined : permuted(rank, seed);
      return { op: 'transpose', machine, inputs: inputsOf(look, { x }), options: optionsOf({ permutation }) };
    }
    const axis = drawn.axis && axisOf(drawn.axis as AxisDraw, rank);
    const at = ((axis ?? 0) + rank) % rank;
    if (op === 'concat') {
      const others = more.map(({ values: own, length }, i) => [
        `x${i + 1}`,
        { shape: shape.with(at, length), values: own, dtype: x.dtype },
      ]);
      return {
        op,
        machine,
        inputs: inputsOf(look, { x0: x, ...Object.fromEntries(others) }),
        options: optionsOf({ axis }),
      };
    }
    const length = Math.max(1, shape[at] as number);
    const planted: [number, number][] = indexType === 'i32' ? [[seed, -1]] : [];
    const indices = {
      shape: taken.map((n) => Math.min(n, 40)),
      dtype: indexType,
      values: { kind: 'labels', seed, planted, below: length },
    } as const;
    return {
      op,
      machine,
      inputs: inputsOf(look, { x: { ...x, shape: shape.with(at, length) }, indices }),
      options: optionsOf({ axis }),
    };
  });

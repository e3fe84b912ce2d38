import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import { type Case, type CaseSpec, defineCase, type HostTensor, once } from '../suite/case.ts';
import { floats, integers, labels, map, normal } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, OWN_PLAN } from '../suite/plans.ts';

/** A value that says where it stood, as far as halves can; NaN, infinities and -0 are moved as they are. */
const numbered = (shape: readonly number[], dtype: FloatType) =>
  once(() =>
    as(
      dtype,
      floats(shape, (i) => [Number.NaN, Number.NEGATIVE_INFINITY, -0][i % 101] ?? (dtype === 'f16' ? i % 2039 : i)),
    ),
  );

/** A case for each dtype of floats, and what it has of it. */
const ofFloats = (make: (dtype: FloatType, common: Pick<CaseSpec, 'dtype' | 'halves'>) => Case[]) =>
  FLOAT_TYPES.flatMap((dtype) => make(dtype, { dtype, halves: dtype === 'f16' ? ['y'] : [] }));

function transposeCases(): Case[] {
  const list = [
    { shape: [37, 61], permutation: undefined, quick: true },
    { shape: [1, 1], permutation: undefined },
    { shape: [64, 128], permutation: [1, 0] },
    { shape: [3, 5, 7, 2], permutation: [2, 0, 3, 1], quick: true },
    { shape: [65537, 3], permutation: [1, 0] },
    ...[5, 6, 7, 8].map((rank) => ({ shape: Array.from({ length: rank }, () => 2), permutation: undefined })),
  ];
  return ofFloats((dtype, common) =>
    list.map(({ shape, permutation, quick = false }) => {
      const x = numbered(shape, dtype);
      return defineCase({
        op: 'transpose',
        name: named(`[${shape}]${permutation ? ` by [${permutation}]` : ''}`, dtype),
        ...common,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: ops.transpose(upload(x()), permutation) }),
        compute: (library) => ({ y: library.transpose(x(), permutation) }),
      });
    }),
  );
}

function gatherCases(): Case[] {
  const list = [
    { shape: [37, 61], taken: [5, 3], axis: 0, quick: true },
    { shape: [37, 61], taken: [70], axis: 1 },
    { shape: [4, 5, 6], taken: [9], axis: 1 },
    { shape: [65537], taken: [4097], axis: 0 },
  ];
  return ofFloats((dtype, common) =>
    list.map(({ shape, taken, axis, quick = false }) => {
      const x = numbered(shape, dtype);
      const indices = once(() => labels(`taken ${shape}`, taken, shape[axis] as number));
      return defineCase({
        op: 'gather',
        name: named(`[${taken}] of [${shape}] along ${axis}`, dtype),
        ...common,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: ops.gather(upload(x()), upload(indices()), { axis }) }),
        compute: (library) => ({ y: library.gather(x(), indices(), { axis }) }),
      });
    }),
  );
}

function gatherBackwardCases(): Case[] {
  const list = [
    { shape: [37, 61], taken: [5, 3], axis: 0, quick: true, signed: true },
    { shape: [37, 61], taken: [70], axis: 1, signed: false },
    { shape: [4, 5, 6], taken: [9], axis: 1, signed: true },
    // Each entry hundreds of times.
    { shape: [7, 3], taken: [4097], axis: 0, signed: true },
  ];
  return list.map(({ shape, taken, axis, quick = false, signed }) => {
    const given = [...shape.slice(0, axis), ...taken, ...shape.slice(axis + 1)];
    const dy = once(() => normal(`gradients ${shape}`, given));
    const indices = once(() => {
      const { data } = labels(`taken back ${shape}`, taken, shape[axis] as number);
      const length = shape[axis] as number;
      const values = Array.from(data as ArrayLike<number>, (index, i) =>
        signed && i % 3 === 0 ? index - length : index,
      );
      return { shape: taken, data: signed ? Int32Array.from(values) : Uint32Array.from(values) };
    });
    const options = { shape, axis };
    return defineCase({
      op: 'gatherBackward',
      name: `[${taken}] of [${shape}] along ${axis}`,
      quick,
      plans: OWN_PLAN,
      run: (upload) => ({ y: ops.gatherBackward(upload(dy()), upload(indices()), options) }),
      compute: (library) => ({ y: library.gatherBackward(dy(), indices(), options) }),
      // Σ|dy|
      floors: () => ({ y: reference.gatherBackward(map(dy(), Math.abs), indices(), options).data }),
    });
  });
}

function sliceCases(): Case[] {
  const list = [
    { shape: [37, 61], starts: [3, 5], sizes: [11, 50], quick: true },
    { shape: [4099], starts: [1], sizes: [4097] },
    { shape: [5, 6, 7], starts: [1, 0, 2], sizes: [3, 6, 1] },
  ];
  return ofFloats((dtype, common) =>
    list.map(({ shape, starts, sizes, quick = false }) => {
      const x = numbered(shape, dtype);
      return defineCase({
        op: 'slice',
        name: named(`[${sizes}] of [${shape}] from [${starts}]`, dtype),
        ...common,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: ops.slice(upload(x()), starts, sizes) }),
        compute: (library) => ({ y: library.slice(x(), starts, sizes) }),
      });
    }),
  );
}

function concatCases(): Case[] {
  const list = [
    {
      shapes: [
        [3, 61],
        [1, 61],
        [37, 61],
      ],
      axis: 0,
      quick: true,
    },
    {
      shapes: [
        [37, 5],
        [37, 1],
        [37, 60],
      ],
      axis: 1,
    },
    {
      shapes: [
        [2, 3, 4],
        [2, 0, 4],
        [2, 6, 4],
      ],
      axis: -2,
    },
  ];
  return ofFloats((dtype, common) =>
    list.map(({ shapes, axis, quick = false }) => {
      const xs = shapes.map((shape) => numbered(shape, dtype));
      return defineCase({
        op: 'concat',
        name: named(`${shapes.map((shape) => `[${shape}]`).join(', ')} along ${axis}`, dtype),
        ...common,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({
          y: ops.concat(
            xs.map((x) => upload(x())),
            axis,
          ),
        }),
        compute: (library) => ({
          y: library.concat(
            xs.map((x) => x()),
            axis,
          ),
        }),
      });
    }),
  );
}

/** Integers move as they are too: one case stands for all. */
function integerCase(): Case {
  const x = once(() => integers([37, 61], (i) => (i % 2 === 0 ? 1 : -1) * (2 ** 31 - 1 - i)));
  return defineCase({
    op: 'transpose',
    name: '[37,61] of i32',
    quick: true,
    plans: OWN_PLAN,
    run: (upload) => ({ y: ops.transpose(upload(x())) }),
    compute: (library) => ({ y: library.transpose(x()) }),
  });
}

const CASTS = [
  ['f32', 'i32', (value: number) => Math.trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)))],
  ['f32', 'u32', (value: number) => Math.trunc(Math.max(0, Math.min(2 ** 32 - 1, value)))],
  ['f32', 'f32', (value: number) => value],
  ['i32', 'f32', Math.fround],
  ['u32', 'f32', Math.fround],
] as const;

function castCases(): Case[] {
  return CASTS.map(([from, to, convert]) => {
    const values = [0, 1, 2.9, 2 ** 24 + 1, 2 ** 31 - 129, 5e9, -0.5, -3.5, -5e9, 1e38];
    const x = once((): HostTensor => {
      const whole = values.filter((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
      if (from === 'i32') return integers([whole.length], (i) => whole[i] as number);
      if (from === 'f32') return floats([values.length], (i) => values[i] as number);
      return { shape: [whole.length], data: Uint32Array.from(whole) };
    });
    return defineCase({
      op: 'cast',
      name: `${from} to ${to}`,
      quick: true,
      plans: OWN_PLAN,
      run: (upload) => ({ y: upload(x()).cast(to) }),
      compute: () => ({ y: { data: Float64Array.from(x().data, convert) } }),
    });
  });
}

function fillCase(): Case {
  return defineCase({
    op: 'full',
    name: '[37,61] of 0.1',
    quick: true,
    plans: OWN_PLAN,
    run: (upload) => ({ y: upload(floats([], () => 0)).backend.full([37, 61], 0.1) }),
    compute: () => ({ y: floats([37, 61], () => 0.1) }),
  });
}

/** What only moves entries: exact to the bit. */
export function movementCases(): Case[] {
  return [
    ...transposeCases(),
    ...gatherCases(),
    ...gatherBackwardCases(),
    ...sliceCases(),
    ...concatCases(),
    integerCase(),
    ...castCases(),
    fillCase(),
  ];
}

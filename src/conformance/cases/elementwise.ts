import * as ops from '../../index.ts';
import { type Case, defineCase, type HostTensor, once } from '../suite/case.ts';
import { deviate, type Floats, floats, normal, randomFor } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, OWN_PLAN } from '../suite/plans.ts';

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
/** Functions of one tensor, by name. */
export const UNARY = {
  relu: ops.relu,
  sigmoid: ops.sigmoid,
  tanh: ops.tanh,
  exp: ops.exp,
  log: ops.log,
  sqrt: ops.sqrt,
  negate: ops.negate,
};
/** Functions of two. */
export const BINARY = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
};
const BACKWARD = {
  reluBackward: ops.reluBackward,
  sigmoidBackward: ops.sigmoidBackward,
  tanhBackward: ops.tanhBackward,
};
const OF_PAIRS = { ...BINARY, ...BACKWARD };
export const namesOf = <Name extends string>(functions: Record<Name, unknown>) => Object.keys(functions) as Name[];

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
/** Near the ends of what a dtype holds, and past where functions leave it on either side. */
const SPECIAL: Readonly<Record<FloatType, readonly number[]>> = {
  f32: [
    ...[0, -0, 1, -1, 1.5, -2.5, 3e38, -3e38, 3.4028234663852886e38, -3.4028234663852886e38],
    ...[1e-30, -1e-30, INF, -INF, NAN, 88.8, -88, 104, -105],
  ],
  f16: [
    ...[0, -0, 1, -1, 1.5, -2.5, 32768, -32768, 65504, -65504, 2 ** -14, -(2 ** -14)],
    ...[2 ** -24, -(2 ** -24), 1023 * 2 ** -24, INF, -INF, NAN, 11.09, 11.1, -17.3, -17.5, 255.9],
  ],
};

/** Numbers of every size: a normal deviate times 10^[-12, 12]; for halves 10^[-7, 4.5]. */
function scattered(name: string, shape: readonly number[], dtype: FloatType): Floats {
  const random = randomFor(name);
  const [low, high] = dtype === 'f32' ? [-12, 12] : [-7, 4.5];
  return as(
    dtype,
    floats(shape, () => deviate(random) * 10 ** random.uniform(low as number, high as number)),
  ) as Floats;
}

const specials = (dtype: FloatType, shape: (size: number) => number[]) =>
  once(() => {
    const values = SPECIAL[dtype];
    return as(
      dtype,
      floats(shape(values.length), (i) => values[i] as number),
    ) as Floats;
  });

interface Pair {
  readonly name: string;
  readonly quick?: boolean;
  readonly a: () => Floats;
  readonly b: () => Floats;
}

function pairs(dtype: FloatType): Pair[] {
  const pair = (a: readonly number[], b: readonly number[], quick = false): Pair => {
    const name = `[${a}] and [${b}]`;
    const tensor = (which: string, shape: readonly number[]) => once(() => scattered(`${name} ${which}`, shape, dtype));
    return { name, quick, a: tensor('a', a), b: tensor('b', b) };
  };
  return [
    // Every special value with every other.
    {
      name: 'special values',
      quick: true,
      a: specials(dtype, (size) => [size, 1]),
      b: specials(dtype, (size) => [size]),
    },
    pair([37, 61], [37, 61], dtype === 'f32'),
    pair([1], [1]),
    pair([37, 61], [61]),
    pair([37, 61], [37, 1]),
    pair([37, 64], [64]),
    pair([64], [37, 64]),
    pair([], [4099]),
    pair([4099], []),
    pair([5, 1, 7], [3, 1]),
    pair([65537], [65537]),
  ];
}

const resultOf = (dtype: FloatType) => ({ dtype, halves: dtype === 'f16' ? ['y'] : [] });

/** Functions of two tensors on each pair. */
function pairCases(dtype: FloatType, names: readonly (keyof typeof OF_PAIRS)[], list: readonly Pair[]): Case[] {
  return list.flatMap(({ name, quick = false, a, b }) =>
    names.map((op) =>
      defineCase({
        ...resultOf(dtype),
        op,
        name: named(name, dtype),
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: OF_PAIRS[op](upload(a()), upload(b())) }),
        compute: (library) => ({ y: library[op](a(), b()) }),
        floors: () => ({ y: TINY }),
      }),
    ),
  );
}

function unaryCases(dtype: FloatType): Case[] {
  const inputs = [
    { name: 'special values', quick: true, x: specials(dtype, (size) => [size]) },
    // Past where exp and sigmoid leave f32's range on either side.
    {
      name: 'from -110 to 110',
      quick: dtype === 'f32',
      x: once(() =>
        as(
          dtype,
          floats([4099], (i) => (i - 2049) * (110 / 2049)),
        ),
      ),
    },
    { name: 'around 0 and 1', quick: false, x: once(() => as(dtype, normal('near', [4097], 0.5, 0.5))) },
    dtype === 'f32'
      ? { name: 'every size', quick: false, x: once(() => scattered('unary', [65537], dtype)) }
      : { name: 'every half there is', quick: false, x: once(everyHalf) },
  ];
  return inputs.flatMap(({ name, quick, x }) =>
    namesOf(UNARY).map((op) =>
      defineCase({
        ...resultOf(dtype),
        op,
        name: named(name, dtype),
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: UNARY[op](upload(x())) }),
        compute: (library) => ({ y: library[op](x()) }),
        floors: () => ({ y: TINY }),
      }),
    ),
  );
}

/** Places along a function with gradients of any size, and the special ones with each. */
function slopePairs(dtype: FloatType): Pair[] {
  const slopes = SPECIAL[dtype];
  const places = [0, -0, 1, -0.25, 1e-4, -6, 20, 80, INF, -INF, NAN];
  const tensor = (shape: readonly number[], at: (i: number) => number) =>
    once(() => as(dtype, floats(shape, at)) as Floats);
  const grid = [places.length, slopes.length];
  return [
    {
      name: 'special values',
      quick: true,
      a: tensor(grid, (i) => places[Math.floor(i / slopes.length)] as number),
      b: tensor(grid, (i) => slopes[i % slopes.length] as number),
    },
    { name: '[4099]', a: tensor([4099], (i) => (i - 2049) / 50), b: once(() => scattered('slopes', [4099], dtype)) },
  ];
}

/** Which are dropped is exact, by every word of a counter. */
function dropoutCases(dtype: FloatType): Case[] {
  const inputs = [
    { name: 'special values', quick: true, x: specials(dtype, (size) => [size]), options: { rate: 0.5, seed: 1 } },
    {
      name: '[65537], a late step of a large seed',
      quick: false,
      x: once(() => scattered('dropped', [65537], dtype)),
      options: { rate: 0.1, seed: 2 ** 52 + 12345, step: 2 ** 33 + 7, stream: 3 },
    },
  ];
  return inputs.map(({ name, quick, x, options }) =>
    defineCase({
      ...resultOf(dtype),
      op: 'dropout',
      name: named(name, dtype),
      quick,
      plans: ALIGNED_OR_NOT,
      run: (upload) => ({ y: ops.dropout(upload(x()), options) }),
      compute: (library) => ({ y: library.dropout(x(), options) }),
      floors: () => ({ y: TINY }),
    }),
  );
}

/** All finite halves of either sign. */
function everyHalf(): HostTensor {
  const finite = 0x7c00;
  const values = floats([2 * finite], (i) => {
    const bits = i % finite;
    const exponent = Math.floor(bits / 1024);
    const size = exponent === 0 ? bits * 2 ** -24 : (1 + (bits % 1024) / 1024) * 2 ** (exponent - 15);
    return i < finite ? size : -size;
  });
  return as('f16', values);
}

function whereCases(dtype: FloatType): Case[] {
  const shapes = [
    [
      [37, 61],
      [37, 61],
      [37, 61],
    ],
    [[61], [37, 61], []],
    [[37, 1], [], [61]],
  ] as const;
  return shapes.map(([c, a, b], index) => {
    const name = `[${c}], [${a}] and [${b}]`;
    const condition = once(() =>
      as(
        dtype,
        floats(c, (i) => [0, 1, -0, Number.NaN, -3][i % 5] as number),
      ),
    );
    const [as1, bs] = [once(() => scattered(`${name} a`, a, dtype)), once(() => scattered(`${name} b`, b, dtype))];
    return defineCase({
      ...resultOf(dtype),
      op: 'where',
      name: named(name, dtype),
      quick: index === 0,
      plans: OWN_PLAN,
      run: (upload) => ({ y: ops.where(upload(condition()), upload(as1()), upload(bs())) }),
      compute: (library) => ({ y: library.where(condition(), as1(), bs()) }),
    });
  });
}

/** Integers: the low 32 bits of the exact result. */
function integerCases(): Case[] {
  const [a, b] = [2 ** 31 - 1, 7].map((by) => Float64Array.from({ length: 61 }, (_, i) => (i * by * 12345) % 2 ** 31));
  const exact: Record<string, (a: bigint, b: bigint) => bigint> = {
    add: (x, y) => x + y,
    subtract: (x, y) => x - y,
    multiply: (x, y) => x * y,
    maximum: (x, y) => (x > y ? x : y),
  };
  return Object.entries(exact).flatMap(([op, f]) =>
    [Int32Array, Uint32Array].map((type) => {
      const [left, right] = [type.from(a!), type.from(b!)];
      const wrap = type === Int32Array ? BigInt.asIntN : BigInt.asUintN;
      return defineCase({
        op,
        name: `integers, ${type.name}`,
        plans: OWN_PLAN,
        run: (upload) => ({
          y: BINARY[op as keyof typeof BINARY](
            upload({ shape: [61], data: left }),
            upload({ shape: [61], data: right }),
          ),
        }),
        compute: () => ({
          y: { data: Float64Array.from(left, (x, i) => Number(wrap(32, f(BigInt(x), BigInt(right[i]!))))) },
        }),
      });
    }),
  );
}

/** Functions of single entries, with broadcasting, in both dtypes. */
export function elementwiseCases(): Case[] {
  return [
    ...FLOAT_TYPES.flatMap((dtype) => [
      ...unaryCases(dtype),
      ...pairCases(dtype, namesOf(BACKWARD), slopePairs(dtype)),
      ...dropoutCases(dtype),
      ...pairCases(dtype, namesOf(BINARY), pairs(dtype)),
      ...whereCases(dtype),
    ]),
    ...integerCases(),
  ];
}

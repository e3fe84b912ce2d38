import * as ops from '../../../index.ts';
import { type Case, defineCase, once } from '../case.ts';
import { deviate, type Floats, floats, normal, randomFor } from '../data.ts';
import { ALIGNED_OR_NOT, OWN_PLAN } from '../plans.ts';

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
const UNARY = {
  relu: ops.relu,
  sigmoid: ops.sigmoid,
  tanh: ops.tanh,
  exp: ops.exp,
  log: ops.log,
  sqrt: ops.sqrt,
  negate: ops.negate,
};
const BINARY = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
};
const namesOf = <Name extends string>(functions: Record<Name, unknown>) => Object.keys(functions) as Name[];

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  1.5,
  -2.5,
  3e38,
  -3e38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1e-30,
  -1e-30,
  INF,
  -INF,
  NAN,
  88.8,
  -88,
  104,
  -105,
];

/** Numbers of every size: a normal deviate times 10^[-12, 12]. */
function scattered(name: string, shape: readonly number[]): Floats {
  const random = randomFor(name);
  return floats(shape, () => deviate(random) * 10 ** random.uniform(-12, 12));
}

interface Pair {
  readonly name: string;
  readonly quick?: boolean;
  readonly a: () => Floats;
  readonly b: () => Floats;
}

function pair(a: readonly number[], b: readonly number[], quick = false): Pair {
  const name = `[${a}] and [${b}]`;
  return { name, quick, a: once(() => scattered(`${name} a`, a)), b: once(() => scattered(`${name} b`, b)) };
}

/** Every special value with every other. */
const specialPair: Pair = {
  name: 'special values',
  quick: true,
  a: once(() => floats([SPECIAL.length, 1], (i) => SPECIAL[i] as number)),
  b: once(() => floats([SPECIAL.length], (i) => SPECIAL[i] as number)),
};

const PAIRS: readonly Pair[] = [
  specialPair,
  pair([37, 61], [37, 61], true),
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

function binaryCases(): Case[] {
  return PAIRS.flatMap(({ name, quick = false, a, b }) =>
    namesOf(BINARY).map((op) =>
      defineCase({
        op,
        name,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: BINARY[op](upload(a()), upload(b())) }),
        compute: (library) => ({ y: library[op](a(), b()) }),
        floors: () => ({ y: TINY }),
      }),
    ),
  );
}

function unaryCases(): Case[] {
  const inputs = [
    { name: 'special values', quick: true, x: once(() => floats([SPECIAL.length], (i) => SPECIAL[i] as number)) },
    // Past where exp and sigmoid leave f32's range on either side.
    { name: 'from -110 to 110', quick: true, x: once(() => floats([4099], (i) => (i - 2049) * (110 / 2049))) },
    { name: 'around 0 and 1', quick: false, x: once(() => normal('near', [4097], 0.5, 0.5)) },
    { name: 'every size', quick: false, x: once(() => scattered('unary', [65537])) },
  ];
  return inputs.flatMap(({ name, quick, x }) =>
    namesOf(UNARY).map((op) =>
      defineCase({
        op,
        name,
        quick,
        plans: ALIGNED_OR_NOT,
        run: (upload) => ({ y: UNARY[op](upload(x())) }),
        compute: (library) => ({ y: library[op](x()) }),
        floors: () => ({ y: TINY }),
      }),
    ),
  );
}

function whereCases(): Case[] {
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
    const condition = once(() => floats(c, (i) => [0, 1, -0, Number.NaN, -3][i % 5] as number));
    const [as, bs] = [once(() => scattered(`${name} a`, a)), once(() => scattered(`${name} b`, b))];
    return defineCase({
      op: 'where',
      name,
      quick: index === 0,
      plans: OWN_PLAN,
      run: (upload) => ({ y: ops.where(upload(condition()), upload(as()), upload(bs())) }),
      compute: (library) => ({ y: library.where(condition(), as(), bs()) }),
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

/** Functions of single entries, with broadcasting. */
export function elementwiseCases(): Case[] {
  return [...unaryCases(), ...binaryCases(), ...whereCases(), ...integerCases()];
}

import type { DType } from '../../core/data.ts';
import { TINY } from '../suite/budgets.ts';
import type { Computed, HostInputs, HostTensor, Library } from '../suite/case.ts';
import { type Floats, floats, normal, once } from '../suite/data.ts';
import { choice, draws, number, seldom, shape, values } from '../suite/draws.ts';
import { type Gradient, POSITIVE, TABLE } from '../suite/gradient.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, DEFAULT_PLAN } from '../suite/plans.ts';
import type { OpSpec, Right, Trial } from '../suite/spec.ts';
import { everyHalf, type Pair, pairs, scattered, slopePairs, specials } from './element_values.ts';

const pairTrial = (dtype: FloatType, { name, quick = false, a, b }: Pair, names: readonly [string, string]): Trial => ({
  name: named(name, dtype),
  inputs: { [names[0]]: a, [names[1]]: b },
  ...{ dtype, quick, plans: ALIGNED_OR_NOT },
});

function unaryTrials(): Trial[] {
  return FLOAT_TYPES.flatMap((dtype) => {
    const stored = (x: () => Floats) => once(() => as(dtype, x()));
    // Beyond the points where exp and sigmoid overflow or underflow f32.
    const far = stored(() => floats([4099], (i) => (i - 2049) * (110 / 2049)));
    const trial = (name: string, x: () => HostTensor, quick = false): Trial => ({
      name: named(name, dtype),
      inputs: { x },
      ...{ dtype, quick, plans: ALIGNED_OR_NOT },
    });
    return [
      trial(
        'special values',
        specials(dtype, (size) => [size]),
        true,
      ),
      trial('from -110 to 110', far, dtype === 'f32'),
      trial(
        'a scalar',
        stored(() => floats([], () => 1.5)),
      ),
      trial(
        'around 0 and 1',
        stored(() => normal('near', [4097], 0.5, 0.5)),
      ),
      dtype === 'f32'
        ? trial('every size', () => scattered('unary', [65537], dtype))
        : trial('every half there is', everyHalf),
    ];
  });
}

/** Integers, whose results are the low 32 bits of the exact ones. */
function integerTrials(): Trial[] {
  const [a, b] = [2 ** 31 - 1, 7].map((by) => Float64Array.from({ length: 61 }, (_, i) => (i * by * 12345) % 2 ** 31));
  return [Int32Array, Uint32Array].map((type) => ({
    name: `integers, ${type.name}`,
    inputs: { a: { shape: [61], data: type.from(a!) }, b: { shape: [61], data: type.from(b!) } },
    plans: DEFAULT_PLAN,
  }));
}

function unaryIntegerTrials(types: readonly ('i32' | 'u32')[]): Trial[] {
  return types.map((type) => {
    const values = Float64Array.from({ length: 61 }, (_, i) => ((i - 30) * 71234567) % 2 ** 31);
    const data = type === 'i32' ? Int32Array.from(values) : Uint32Array.from(values.map(Math.abs));
    return { name: `integers, ${data.constructor.name}`, inputs: { x: { shape: [61], data } }, plans: DEFAULT_PLAN };
  });
}

/** Each operand has the common shape, or length 1 along some axes, or lacks the first axes. */
export function operandShape(shape: readonly number[], mask: number): number[] {
  if (mask % 2) return [...shape];
  return shape.slice((mask >> 1) % (shape.length + 1)).map((length, at) => ((mask >> (3 + at)) % 2 ? 1 : length));
}

const ANY_SHAPE: Right = { inputs: { x: floats([1, 3], (i) => i + 1) }, anyShape: ['x'] };
const floorOfAll = () => ({ y: TINY });

/** Returns an integer result as its low 32 bits. */
type Exact = (...operands: bigint[]) => bigint;

/** The description of an elementwise op. */
interface Elementwise extends Pick<OpSpec, 'name' | 'budget' | 'gradient'>, Partial<Pick<OpSpec, 'special'>> {
  /** The exact result for integers, of which the op keeps the low 32 bits. Without it, the op takes no integers. */
  readonly integers?: Exact;
  /** The integer dtypes that it takes. @default both */
  readonly integerTypes?: readonly ('i32' | 'u32')[];
}

/** Returns the specification of an op of one tensor. */
export function unary({ integers, integerTypes = ['i32', 'u32'], ...rest }: Elementwise): OpSpec {
  return {
    special: { formula: `${rest.name}(x)` },
    ...rest,
    group: 'elementwise',
    tensors: ['x'],
    args: ({ x }) => [x],
    floors: floorOfAll,
    trials: () => [...unaryTrials(), ...(integers ? unaryIntegerTrials(integerTypes) : [])],
    draws: draws(
      { shape: shape(), values: values('any'), integers: seldom(choice(...integerTypes)) },
      (drawn, float) => ({
        inputs: { x: { shape: drawn.shape, values: drawn.values, dtype: (integers && drawn.integers) ?? float } },
      }),
    ),
    right: ANY_SHAPE,
    ...(integers && {
      compute: (library, { x }) => {
        const y = call(library, rest.name, x as HostTensor);
        return { y: { ...y, data: wrapped(integers, y.data, x as HostTensor) } };
      },
    }),
  };
}

/** Returns the specification of an op of two tensors, which broadcast. */
export function binary({ integers, ...rest }: Elementwise): OpSpec {
  const [a, b] = [floats([1, 3], (i) => i + 1), floats([3], (i) => i + 1)];
  return {
    ...rest,
    group: 'elementwise',
    tensors: ['a', 'b'],
    args: ({ a, b }) => [a, b],
    floors: floorOfAll,
    trials: () => [
      ...FLOAT_TYPES.flatMap((dtype) => pairs(dtype).map((pair) => pairTrial(dtype, pair, ['a', 'b']))),
      ...(integers ? integerTrials() : []),
    ],
    draws: draws(
      {
        shape: shape(),
        masks: number(2 ** 16 - 1),
        a: values('any'),
        b: values('any'),
        integers: seldom(choice<DType>('i32', 'u32')),
      },
      ({ shape, masks, a, b, integers: drawn }, float) => {
        const dtype = (integers && drawn) ?? float;
        return {
          inputs: {
            a: { shape: operandShape(shape, masks & 255), values: a, dtype },
            b: { shape: operandShape(shape, masks >> 8), values: b, dtype },
          },
        };
      },
    ),
    right: { inputs: { a, b }, integers: integers ? ['a', 'b'] : [] },
    ...(integers && { compute: (library, inputs) => exactly(integers, rest.name, library, inputs) }),
  };
}

function exactly(f: Exact, name: string, library: Library, { a, b }: HostInputs): Computed {
  const [left, right] = [a as HostTensor, b as HostTensor];
  const y = call(library, name, left, right);
  if (left.data instanceof Float32Array) return { y };
  // The reference broadcasts these: its float64 represents every 32-bit integer.
  const zeros = { shape: y.shape, data: new Float64Array(y.data.length) };
  const [as, bs] = [library.where(zeros, zeros, left).data, library.where(zeros, zeros, right).data];
  return { y: { ...y, data: wrapped(f, y.data, left, as, bs) } };
}

type Function = (...xs: HostTensor[]) => { readonly shape: readonly number[]; readonly data: Float64Array };
const call = (library: Library, name: string, ...xs: HostTensor[]) =>
  (library as unknown as Readonly<Record<string, Function>>)[name]!(...xs);

/** Replaces float results with integer results if the inputs are integers. */
function wrapped(f: Exact, ofFloats: Float64Array, { data }: HostTensor, ...operands: ArrayLike<number>[]) {
  if (data instanceof Float32Array) return ofFloats;
  const wrap = data instanceof Int32Array ? BigInt.asIntN : BigInt.asUintN;
  const [first = data, ...others] = operands;
  return Float64Array.from(first, (x, i) =>
    Number(wrap(32, f(BigInt(x), ...others.map((other) => BigInt(other[i] as number))))),
  );
}

/** Returns the specification of a gradient of one tensor. `of` is its other input, the op's own x or y. */
export function slope({ name, budget }: Pick<OpSpec, 'name' | 'budget'>, of: 'x' | 'y'): OpSpec {
  return {
    ...{ name, budget },
    group: 'elementwise',
    tensors: [of, 'dy'],
    args: ({ [of]: at, dy }) => [at, dy],
    floors: floorOfAll,
    trials: () => FLOAT_TYPES.flatMap((dtype) => slopePairs(dtype).map((pair) => pairTrial(dtype, pair, [of, 'dy']))),
    draws: draws({ shape: shape(), at: values('any'), dy: values('any') }, ({ shape, at, dy }, dtype) => ({
      inputs: { [of]: { shape, values: at, dtype }, dy: { shape, values: dy, dtype } },
    })),
    right: { inputs: { [of]: floats([2, 3], (i) => i + 1), dy: floats([2, 3], (i) => i + 1) } },
    gradient: { trials: [{ of: { [of]: TABLE, dy: { ...TABLE, ...POSITIVE } } }] },
  };
}

/** The gradient of an op of two tensors, with and without broadcasting. */
export const ofTwo = (op: string, repeated: readonly number[]): Gradient => ({
  trials: [
    { of: { a: TABLE, b: { ...TABLE, ...POSITIVE } } },
    { name: `[${repeated}] repeated`, of: { a: TABLE, b: { shape: repeated, ...POSITIVE } } },
  ],
  steps: [(x, { call, before }) => call(op, x, before)],
});

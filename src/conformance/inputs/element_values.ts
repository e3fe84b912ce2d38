import type { HostTensor } from '../suite/case.ts';
import { deviate, type Floats, floats, once, randomFor } from '../suite/data.ts';
import { as, type FloatType } from '../suite/half.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
/** Values near the ends of a dtype's range, and where functions overflow or underflow it. */
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

/** Numbers of every magnitude: a normal deviate times 10^[-12, 12], or 10^[-7, 4.5] for halves. */
export function scattered(name: string, shape: readonly number[], dtype: FloatType): Floats {
  const random = randomFor(name);
  const [low, high] = dtype === 'f32' ? [-12, 12] : [-7, 4.5];
  return as(
    dtype,
    floats(shape, () => deviate(random) * 10 ** random.uniform(low as number, high as number)),
  ) as Floats;
}

export const specials = (dtype: FloatType, shape: (size: number) => number[]) =>
  once(() => {
    const values = SPECIAL[dtype];
    return as(
      dtype,
      floats(shape(values.length), (i) => values[i] as number),
    ) as Floats;
  });

export interface Pair {
  readonly name: string;
  readonly quick?: boolean;
  readonly a: () => Floats;
  readonly b: () => Floats;
}

/** Operands that broadcast in every way. */
export function pairs(dtype: FloatType): Pair[] {
  const pair = (a: readonly number[], b: readonly number[], quick = false): Pair => {
    const name = `[${a}] and [${b}]`;
    const tensor = (which: string, shape: readonly number[]) => once(() => scattered(`${name} ${which}`, shape, dtype));
    return { name, quick, a: tensor('a', a), b: tensor('b', b) };
  };
  return [
    // Every pair of special values.
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

/** Inputs of a function with gradients of any magnitude, and every pair of special values. */
export function slopePairs(dtype: FloatType): Pair[] {
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

/** All finite halves of either sign. */
export function everyHalf(): HostTensor {
  const finite = 0x7c00;
  const values = floats([2 * finite], (i) => {
    const bits = i % finite;
    const exponent = Math.floor(bits / 1024);
    const size = exponent === 0 ? bits * 2 ** -24 : (1 + (bits % 1024) / 1024) * 2 ** (exponent - 15);
    return i < finite ? size : -size;
  });
  return as('f16', values);
}

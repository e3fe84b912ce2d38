import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import { sizeOf } from '../../src/conformance/suite/data.ts';
import type { NumberDomain, Recipe } from '../../src/conformance/suite/draws.ts';
import { Random } from '../../src/random/random.ts';
import type { HostInput, Input } from './call.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
const FLT_MAX = 3.4028234663852886e38;

const step = (random: Random, size: number) => size * Math.round(random.uniform(-3, 3));

type Kind = keyof typeof KINDS;

/** Generators of values, one per kind. `shared` is a number in [0, 1) that all values of a tensor share. */
const KINDS = {
  /** Ordinary numbers. */
  normal: (random) => random.uniform(-4, 4),
  /** Many ties. */
  whole: (random) => step(random, 1),
  equal: (_, shared) => 10 * shared - 5,
  zero: () => 0,
  /** Values with a common offset, which leaves few digits. */
  'offset 1e4': (random) => 1e4 + step(random, 2 ** -8),
  'offset 1e8': (random) => 1e8 + step(random, 8),
  /** Values of every magnitude. */
  wide: (random) => (random.bits() % 2 ? 1 : -1) * 10 ** random.uniform(-12, 12),
  spike: (random) => (random.bits() % 7 === 0 ? 200 : 0),
  /** Only special values. */
  special: (random) => SPECIAL[random.bits() % SPECIAL.length] as number,
  /** In [0, 1]. */
  unit: (random) => random.uniform(0, 1),
  'zero or one': (random) => random.bits() % 2,
  /** Above 0. */
  positive: (random) => random.uniform(0.1, 3),
  'positive or zero': (random) => (random.bits() % 3 === 0 ? 0 : random.uniform(0.1, 3)),
  /** Below 0: log-probabilities. */
  negative: (random) => -random.uniform(0, 12),
} satisfies Record<string, (random: Random, shared: number) => number>;

const SPECIAL = [0, -0, 1, -1, INF, -INF, NAN, FLT_MAX, -FLT_MAX, 3e38, -3e38, 1e-40, -3e-45, 1e-30, 88.8, -104, 65504];

/** The kinds of values in each domain, common ones first, and the values that may be planted among them. */
const DOMAINS = {
  any: {
    kinds: ['normal', 'normal', 'whole', 'equal', 'zero', 'offset 1e4', 'offset 1e8', 'wide', 'spike', 'special'],
    plants: SPECIAL,
  },
  /** No values that overflow in a square or a product. */
  moderate: {
    kinds: ['normal', 'normal', 'whole', 'equal', 'offset 1e4', 'spike'],
    plants: [0, -0, INF, -INF, NAN, 1000, 1e-40, -1e-30],
  },
  finite: { kinds: ['normal', 'normal', 'whole', 'spike'], plants: [0, -0, 1000, 1e-30] },
  unit: { kinds: ['unit', 'zero or one', 'unit', 'zero'], plants: [0, 1, 0.5] },
  probability: { kinds: ['unit', 'zero or one'], plants: [0, 1, NAN, 1e-30] },
  logProbability: { kinds: ['negative', 'zero'], plants: [0, -INF, NAN, INF, -FLT_MAX] },
  weight: { kinds: ['positive', 'positive or zero', 'positive', 'zero'], plants: [0, 1] },
  spread: { kinds: ['positive'], plants: [0, 1e-10, 1e-30] },
} as const satisfies Record<NumberDomain, { kinds: readonly Kind[]; plants: readonly number[] }>;

/** Draws the values of a tensor. */
export function values(domain: NumberDomain): fc.Arbitrary<Recipe> {
  const { kinds, plants } = DOMAINS[domain];
  const place = fc.tuple(fc.nat(700), fc.constantFrom<number[]>(...plants));
  return fc.record({
    kind: fc.constantFrom<Kind[]>(...kinds),
    seed: fc.nat(1e6),
    planted: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(place, { maxLength: 3 }) },
    ),
  });
}

/** Returns an input with its values as its dtype stores them. */
export function hostInput({ shape, dtype, values: from }: Pick<Input, 'shape' | 'dtype' | 'values'>): HostInput {
  const numbers = 'kind' in from ? made(from, sizeOf(shape)) : from;
  if (dtype === 'i32') return { shape, dtype, data: Int32Array.from(numbers, integer) };
  if (dtype === 'u32') return { shape, dtype, data: Uint32Array.from(numbers, (value) => integer(value) >>> 0) };
  const data = Float32Array.from(numbers);
  return { shape, dtype, data: dtype === 'f16' ? data.map((value) => f16round(value)) : data };
}

/** Converts any number to a 32-bit integer. Large numbers wrap around, so that they stay different. */
const integer = (value: number) => (Number.isFinite(value) ? Math.round(value % 2 ** 31) | 0 : 2 ** 31 - 1);

function made({ kind, seed, planted, below = 1, ignored }: Recipe, size: number): number[] {
  const random = new Random(seed);
  const shared = random.uniform(0, 1);
  const next = (): number => {
    if (kind !== 'labels') return KINDS[kind as Kind](random, shared);
    const label = random.bits() % below;
    return ignored !== undefined && random.bits() % 3 === 0 ? ignored : label;
  };
  const numbers = Array.from({ length: size }, next);
  if (size > 0) for (const [place, value] of planted) numbers[place % size] = value;
  return numbers;
}

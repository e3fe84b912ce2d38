import type { DType } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { dtypeOf, type HostTensor } from './suite/case.ts';
import { floats, integers } from './suite/data.ts';
import { choice, draws, shape, values } from './suite/draws.ts';
import { as, toHalf } from './suite/half.ts';
import { ALIGNED_OR_NOT, DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

const DTYPES = choice<DType>('f32', 'f16', 'i32', 'u32');
const CASTS = [
  ['f32', 'i32'],
  ['f32', 'u32'],
  ['f32', 'f32'],
  ['i32', 'f32'],
  ['u32', 'f32'],
] as const;
const VALUES = [0, 1, 2.9, 2 ** 24 + 1, 2 ** 31 - 129, 5e9, -0.5, -3.5, -5e9, 1e38];
const WHOLE = VALUES.filter((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
const INPUTS: Readonly<Record<'f32' | 'i32' | 'u32', HostTensor>> = {
  f32: floats([VALUES.length], (i) => VALUES[i]!),
  i32: integers([WHOLE.length], (i) => WHOLE[i]!),
  u32: { shape: [WHOLE.length], data: Uint32Array.from(WHOLE) },
};
const RANGES = { i32: [-(2 ** 31), 2 ** 31 - 1], u32: [0, 2 ** 32 - 1] } as const;

/** Floats are truncated toward zero and clamped to the integer's range; integers keep their bits. */
function converted(x: HostTensor, to: DType): Float64Array {
  if (to === 'f32') return Float64Array.from(x.data, Math.fround);
  if (to === 'f16') return Float64Array.from(x.data, (value) => toHalf(Math.fround(value)));
  const from = dtypeOf(x);
  if (from === 'i32' || from === 'u32')
    return Float64Array.from(x.data, (value) => (to === 'i32' ? value | 0 : value >>> 0));
  const [low, high] = RANGES[to];
  return Float64Array.from(x.data, (value) =>
    Number.isNaN(value) ? 0 : Math.trunc(Math.max(low, Math.min(high, value))) + 0,
  );
}

/** `cast` is a method of tensors. */
export const cast: OpSpec = {
  name: 'cast',
  group: 'movement',
  tensors: ['x'],
  dtypes: (_, { dtype }) => dtype as DType,
  run: ({ x }, { dtype }) => ({ y: (x as Tensor).cast(dtype as DType) }),
  compute: (_, { x }, { dtype }) => ({
    y: { shape: (x as HostTensor).shape, data: converted(x as HostTensor, dtype as DType) },
  }),
  budget: 0,
  trials: () => [
    ...CASTS.map(([from, to]) => ({
      name: `${from} to ${to}`,
      inputs: { x: INPUTS[from] },
      options: { dtype: to },
      quick: true,
      plans: DEFAULT_PLAN,
    })),
    {
      name: 'f16 to f32',
      inputs: {
        x: as(
          'f16',
          floats([61], (i) => (i - 30) / 7),
        ),
      },
      options: { dtype: 'f32' },
      dtype: 'f16',
      plans: ALIGNED_OR_NOT,
    },
  ],
  draws: draws(
    { shape: shape(), values: values('any'), from: DTYPES, dtype: DTYPES },
    ({ shape, values, from, dtype }) => ({ inputs: { x: { shape, values, dtype: from } }, options: { dtype } }),
  ),
  gradient: 'none',
};

import type { DType } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { floats, sizeOf } from './suite/data.ts';
import { choice, draws, shape } from './suite/draws.ts';
import { FLOAT_TYPES, named, toHalf } from './suite/half.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

/** `full` is a method of backends: that of the tensor `on`. */
export const full: OpSpec = {
  name: 'full',
  group: 'movement',
  tensors: ['on'],
  dtypes: (_, { dtype = 'f32' }) => dtype as DType,
  run: ({ on }, { shape, value, dtype }) => ({
    y: (on as Tensor).backend.full(shape as number[], value as number, dtype as DType),
  }),
  compute: (_, __, { shape, value, dtype }) => {
    const stored = dtype === 'i32' || dtype === 'u32' ? (value as number) : Math.fround(value as number);
    const data = new Float64Array(sizeOf(shape as number[])).fill(dtype === 'f16' ? toHalf(stored) : stored);
    return { y: { shape: shape as number[], data } };
  },
  budget: 0,
  trials: () =>
    FLOAT_TYPES.map((dtype) => ({
      name: named('[37,61] of 0.1', dtype),
      inputs: { on: floats([], () => 0) },
      options: { shape: [37, 61], value: 0.1, dtype },
      quick: dtype === 'f32',
      plans: DEFAULT_PLAN,
    })),
  draws: draws(
    { shape: shape(), dtype: choice<DType>('f32', 'f16', 'i32', 'u32'), value: choice(0, 1, 3, 65504) },
    ({ shape, dtype, value }) => ({
      inputs: { on: { shape: [], values: [0], dtype: 'f32' } },
      options: { shape, value, dtype },
    }),
  ),
  gradient: 'none',
};

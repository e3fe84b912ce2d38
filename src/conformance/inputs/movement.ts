import { floats } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';

/** Values that encode their position, as far as halves allow. NaN, infinities and -0 are moved unchanged. */
export const numbered = (shape: readonly number[], dtype: FloatType) => () =>
  as(
    dtype,
    floats(shape, (i) => [Number.NaN, Number.NEGATIVE_INFINITY, -0][i % 101] ?? (dtype === 'f16' ? i % 2039 : i)),
  );

/** A trial for each float dtype. */
export const ofFloats = (trialsOf: (dtype: FloatType) => readonly Trial[]): Trial[] =>
  FLOAT_TYPES.flatMap((dtype) =>
    trialsOf(dtype).map((trial) => ({ plans: ALIGNED_OR_NOT, ...trial, name: named(trial.name, dtype), dtype })),
  );

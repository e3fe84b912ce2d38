import { maxPool2d, type Pool2dOptions } from '../../reference/index.ts';
import type { Options } from '../suite/case.ts';
import { floats, normal } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, DEFAULT_PLAN, type PlanName } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';

/** Windows over planes, [N, C, H, W], with the options that all poolings share. */
export interface Pooling {
  readonly shape: readonly number[];
  readonly options: Pool2dOptions;
  readonly dtype: FloatType;
  readonly plans: readonly PlanName[];
  readonly quick?: boolean;
}

/** Strides equal to the window, smaller so that windows overlap, and larger. */
const SHAPES: readonly Omit<Pooling, 'dtype' | 'plans'>[] = [
  { shape: [2, 3, 11, 9], options: { size: 3, stride: 2, padding: 1 }, quick: true },
  { shape: [2, 3, 8, 12], options: { size: 2 } },
  { shape: [1, 2, 7, 11], options: { size: [2, 3], stride: [3, 1], padding: [0, 1] } },
  { shape: [2, 5, 6, 7], options: { size: 1, stride: 2 } },
  { shape: [3, 5, 7, 7], options: { size: 7 } },
  { shape: [1, 2, 20, 37], options: { size: [5, 18], stride: [2, 3], padding: [2, 9] } },
];

/** One shape covers the dtypes and the unaligned tensors, which do not depend on windows. */
export const POOLINGS: readonly Pooling[] = FLOAT_TYPES.flatMap((dtype) =>
  SHAPES.flatMap((pooling, i) => {
    if (dtype === 'f16' && i > 0) return [];
    return [{ ...pooling, dtype, plans: i === 0 ? ALIGNED_OR_NOT : DEFAULT_PLAN }];
  }),
);

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
const SPECIAL = [NAN, INF, -INF, 0, -0];

/** Windows of equal values, of only -∞, and with each special value. */
const specials = (shape: readonly number[]) => floats(shape, (i) => SPECIAL[((i * 7) % 31) % 9] ?? (i % 4) - 1);

/** Trials with x, with gradients dy, or with both; one for each set of additional options. */
export function poolingTrials(
  tensors: readonly ('x' | 'dy')[],
  more: readonly { readonly note: string; readonly options: Options }[] = [{ note: '', options: {} }],
): Trial[] {
  return POOLINGS.flatMap(({ shape, options, dtype, plans, quick = false }) => {
    const text = `[${shape}] by ${JSON.stringify(options).replace(/[{}"]/g, '')}`;
    const pooled = maxPool2d(
      floats(shape, () => 0),
      options,
    ).shape;
    const shapes = { x: shape, dy: pooled };
    const kinds = [
      { name: named(text, dtype), of: (of: readonly number[]) => normal(`pooled ${of}`, of), quick },
      { name: named(`${text}, special values`, dtype), of: specials, quick: quick && dtype === 'f32' },
    ];
    // A gradient alone does not determine the shape of x.
    const ofShape = tensors.includes('x') ? {} : { shape };
    return kinds.flatMap(({ name, of, quick }) =>
      more.map(({ note, options: further }) => ({
        name: `${name}${note}`,
        inputs: Object.fromEntries(tensors.map((tensor) => [tensor, () => as(dtype, of(shapes[tensor]))])),
        options: { ...options, ...further, ...ofShape },
        ...{ dtype, plans, quick },
      })),
    );
  });
}

/** Means that count padding or do not. */
export const COUNTINGS = [
  { note: '', options: { countPadding: true } },
  { note: ', padding not counted', options: { countPadding: false } },
];

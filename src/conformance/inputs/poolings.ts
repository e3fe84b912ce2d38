import { maxPool2d, type Pool2dOptions } from '../../reference/index.ts';
import type { Options } from '../suite/case.ts';
import { floats, normal } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, DEFAULT_PLAN, type PlanName } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';

/** Windows over planes: [N, C, H, W], and the options of all that pools them. */
export interface Pooling {
  readonly shape: readonly number[];
  readonly options: Pool2dOptions;
  readonly dtype: FloatType;
  readonly plans: readonly PlanName[];
  readonly quick?: boolean;
}

/** A stride is windows' own, within them so that they overlap, and past them. */
const SHAPES: readonly Omit<Pooling, 'dtype' | 'plans'>[] = [
  { shape: [2, 3, 11, 9], options: { size: 3, stride: 2, padding: 1 }, quick: true },
  { shape: [2, 3, 8, 12], options: { size: 2 } },
  { shape: [1, 2, 7, 11], options: { size: [2, 3], stride: [3, 1], padding: [0, 1] } },
  { shape: [2, 5, 6, 7], options: { size: 1, stride: 2 } },
  { shape: [3, 5, 7, 7], options: { size: 7 } },
  { shape: [1, 2, 20, 37], options: { size: [5, 18], stride: [2, 3], padding: [2, 9] } },
];

/** A shape alone stands for all where it comes to dtypes and to where tensors start: those know nothing of windows. */
export const POOLINGS: readonly Pooling[] = FLOAT_TYPES.flatMap((dtype) =>
  SHAPES.flatMap((pooling, i) => {
    if (dtype === 'f16' && i > 0) return [];
    return [{ ...pooling, dtype, plans: i === 0 ? ALIGNED_OR_NOT : DEFAULT_PLAN }];
  }),
);

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
const SPECIAL = [NAN, INF, -INF, 0, -0];

/** Windows of equals, of -∞ alone, and with any of the special values. */
const specials = (shape: readonly number[]) => floats(shape, (i) => SPECIAL[((i * 7) % 31) % 9] ?? (i % 4) - 1);

/** Trials of windows over x, of gradients dy of theirs, or of both; more options than a pooling's own in several ways. */
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
    // A gradient alone does not tell the shape of what was pooled.
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

/** Means with the padding counted or not. */
export const COUNTINGS = [
  { note: '', options: { countPadding: true } },
  { note: ', padding not counted', options: { countPadding: false } },
];

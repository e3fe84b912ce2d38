import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import { type Case, type CaseSpec, defineCase, once } from '../suite/case.ts';
import { type Floats, floats, map, normal } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, OWN_PLAN, type PlanName } from '../suite/plans.ts';

/** Windows over planes: [N, C, H, W], and the options of all that pools them. */
export interface Pooling {
  readonly shape: readonly number[];
  readonly options: ops.Pool2dOptions;
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
    return [{ ...pooling, dtype, plans: i === 0 ? ALIGNED_OR_NOT : OWN_PLAN }];
  }),
);

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;
const SPECIAL = [NAN, INF, -INF, 0, -0];

/** Windows of equals, of -∞ alone, and with any of the special values. */
const specials = (shape: readonly number[]) => floats(shape, (i) => SPECIAL[((i * 7) % 31) % 9] ?? (i % 4) - 1);

function casesOf(pooling: Pooling): Case[] {
  const { shape, options, dtype, plans, quick = false } = pooling;
  const text = `[${shape}] by ${JSON.stringify(options).replace(/[{}"]/g, '')}`;
  const common = { dtype, halves: dtype === 'f16' ? ['y'] : [], plans };
  const pooled = reference.maxPool2d(
    floats(shape, () => 0),
    options,
  ).shape;
  const inputs = [
    { name: named(text, dtype), x: (of: readonly number[]) => normal(`pooled ${of}`, of), quick },
    { name: named(`${text}, special values`, dtype), x: specials, quick: quick && dtype === 'f32' },
  ];
  return inputs.flatMap((input) => {
    const x = once(() => as(dtype, input.x(shape)) as Floats);
    const dy = once(() => as(dtype, input.x(pooled)) as Floats);
    const define = (op: string, spec: Pick<CaseSpec, 'run' | 'compute' | 'floors'>, note = '') =>
      defineCase({ ...common, ...spec, op, name: `${input.name}${note}`, quick: input.quick });
    const averages = [true, false].flatMap((countPadding) => {
      const counting = { ...options, countPadding };
      const back = { ...counting, shape };
      const note = countPadding ? '' : ', padding not counted';
      return [
        define(
          'averagePool2d',
          {
            run: (upload) => ({ y: ops.averagePool2d(upload(x()), counting) }),
            compute: (library) => ({ y: library.averagePool2d(x(), counting) }),
            // The mean of |x|.
            floors: () => ({ y: reference.averagePool2d(map(x(), Math.abs), counting).data }),
          },
          note,
        ),
        define(
          'averagePool2dBackward',
          {
            run: (upload) => ({ y: ops.averagePool2dBackward(upload(dy()), back) }),
            compute: (library) => ({ y: library.averagePool2dBackward(dy(), back) }),
            floors: () => ({ y: reference.averagePool2dBackward(map(dy(), Math.abs), back).data }),
          },
          note,
        ),
      ];
    });
    return [
      define('maxPool2d', {
        run: (upload) => ({ y: ops.maxPool2d(upload(x()), options) }),
        compute: (library) => ({ y: library.maxPool2d(x(), options) }),
      }),
      define('maxPool2dBackward', {
        run: (upload) => ({ y: ops.maxPool2dBackward(upload(x()), upload(dy()), options) }),
        compute: (library) => ({ y: library.maxPool2dBackward(x(), dy(), options) }),
        // Σ|dy|
        floors: () => ({ y: reference.maxPool2dBackward(x(), map(dy(), Math.abs), options).data }),
      }),
      ...averages,
    ];
  });
}

/** The largest and the mean of each window over planes, and their gradients. */
export function poolingCases(): Case[] {
  return POOLINGS.flatMap(casesOf);
}

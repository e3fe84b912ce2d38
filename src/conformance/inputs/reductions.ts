import { bytesOf, type DType } from '../../core/data.ts';
import type { Machine } from '../../plan/machine.ts';
import { sizesOf } from '../../plan/rows.ts';
import { deviate, type Floats, floats, once, randomFor } from '../suite/data.ts';
import { axis, axisOf, choice, type Draws, draws, filled, list, perhaps, seldom } from '../suite/draws.ts';
import { type Gradient, TABLE } from '../suite/gradient.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { DEFAULT_PLAN, EVERY_PLAN, EVERY_PLAN_AND_UNALIGNED, NARROW_PLANS, type PlanName } from '../suite/plans.ts';
import { representativeReductions } from '../suite/representatives.ts';
import type { Right, Trial } from '../suite/spec.ts';
import { specialRows } from './special_rows.ts';

interface Sum {
  readonly name: string;
  readonly quick?: boolean | readonly PlanName[];
  readonly plans?: readonly PlanName[];
  readonly axis?: number;
  readonly x: () => Floats;
}

const ofShape = (shape: readonly number[], rest: Omit<Sum, 'name' | 'x'> = {}): Sum => ({
  ...rest,
  name: `[${shape}]${rest.axis === undefined ? '' : ` along ${rest.axis}`}`,
  x: once(() => {
    const random = randomFor(`sum ${shape}`);
    // Outliers, so that a dropped element is noticed.
    return floats(shape, (i) => (i % 97 === 5 ? 1e3 : 1) * deviate(random));
  }),
});

const SUMS: readonly Sum[] = [
  ofShape([1]),
  ofShape([5, 257], { axis: -1, plans: EVERY_PLAN_AND_UNALIGNED, quick: NARROW_PLANS }),
  ofShape([37, 61], { axis: 0, quick: true }),
  ofShape([7, 13, 5], { axis: 1 }),
  ofShape([3, 4095], { axis: -1 }),
  ofShape([3, 4096], { axis: -1 }),
  ofShape([3, 4097], { axis: -1 }),
  ofShape([4097]),
  ofShape([65537, 3], { axis: -1, plans: NARROW_PLANS }),
  ofShape([262144], { quick: true, plans: NARROW_PLANS }),
  ofShape([1048579]),
  { name: 'a million equal numbers', plans: NARROW_PLANS, x: once(() => floats([1e6], () => 0.1)) },
  { name: 'special values along -1', quick: true, axis: -1, x: specialRows },
];

/** Sums, one shape for each team that plans can choose on a machine. */
const plannedSums = (machine: Machine, dtype: FloatType): Sum[] =>
  representativeReductions(machine, sizesOf([bytesOf(dtype)])).map((shape) =>
    ofShape(shape, { axis: -1, plans: DEFAULT_PLAN }),
  );

export function reductionTrials(machine?: Machine): Trial[] {
  return FLOAT_TYPES.flatMap((dtype) =>
    [...SUMS, ...(machine ? plannedSums(machine, dtype) : [])].map(
      ({ name, quick = false, plans = EVERY_PLAN, axis, x }) => ({
        name: named(name, dtype),
        inputs: { x: () => as(dtype, x()) },
        options: axis === undefined ? {} : { axis },
        ...{ dtype, quick, plans },
      }),
    ),
  );
}

/** `least`: the smallest length of an axis that has a result. */
export const reductionDraws = ({ least = 0, integers: takesIntegers = false } = {}): Draws =>
  draws(
    {
      x: filled('any'),
      integers: seldom(choice<DType>('i32', 'u32')),
      axes: perhaps(list(axis, 0, 4)),
      one: choice(false, true),
      keepDims: perhaps(choice(false, true)),
    },
    ({ x, integers, axes, one, keepDims }, float) => {
      const rank = x.shape.length;
      const different = axes?.filter(({ at }, i) => at < rank && axes.findIndex((other) => other.at === at) === i);
      const resolved = different?.map((axis) => axisOf(axis, rank));
      const axis = one && resolved?.length === 1 ? resolved[0] : resolved;
      const shape = x.shape.map((length) => Math.max(least, length));
      const dtype = takesIntegers && integers ? integers : float;
      return { inputs: { x: { ...x, shape, dtype } }, options: { axis, keepDims } };
    },
  );

export const REDUCTION_RIGHT: Right = {
  inputs: { x: floats([2, 3], (i) => i + 1) },
  anyShape: ['x'],
  wrong: { axis: [4, -5, 0.5, [0, 0], [9]] },
};

export const ofReductions: Gradient = {
  trials: [-1, 0].map((axis) => ({ of: { x: TABLE }, options: { axis, keepDims: axis === 0 } })),
};

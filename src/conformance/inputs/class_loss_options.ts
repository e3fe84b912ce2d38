import * as reference from '../../reference/index.ts';
import type { HostTensor } from '../suite/case.ts';
import { distributions, integers, labels, normal, once, rowsIn, uniform } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType } from '../suite/half.ts';
import { DEFAULT_PLAN } from '../suite/plans.ts';
import { type LossInput, stored } from './class_losses.ts';
import { OPTION_AXES } from './rows.ts';

// Every option with every other, on tensors so small that thousands of cases are some seconds. The classes are as many
// on each axis, so that the product makes no more variants than the options' constants do: what is a parameter
// (`ignoreIndex`, `labelSmoothing` of probabilities, `emptyReduction`, `scale`) costs no pipeline.

const CLASSES = 5;
const BOTH = [false, true] as const;
const REDUCTIONS = ['mean', 'sum', 'none'] as const;
const EMPTY = ['nan', 'zero'] as const;

/** Ignored labels: the usual index, one outside the classes, and one of the classes. */
const IGNORED = [-100, 9, 2] as const;

interface Combination {
  readonly dtype: FloatType;
  readonly place: (typeof OPTION_AXES)[number];
  readonly reduction: (typeof REDUCTIONS)[number];
  readonly weighted: boolean;
  readonly labelSmoothing: number;
  /** Undefined for probabilities. */
  readonly ignoreIndex: number | undefined;
  readonly emptyReduction: (typeof EMPTY)[number];
}

function combinations(): Combination[] {
  return product({
    dtype: FLOAT_TYPES,
    place: OPTION_AXES,
    reduction: REDUCTIONS,
    weighted: BOTH,
    labelSmoothing: [0, 0.1],
    ignoreIndex: [...IGNORED, undefined],
    emptyReduction: EMPTY,
  });
}

/** Returns every combination of one value per name. */
function product<T extends Record<string, unknown>>(choices: { readonly [Name in keyof T]: readonly T[Name][] }): T[] {
  return Object.entries(choices).reduce<Record<string, unknown>[]>(
    (list, [name, values]) => list.flatMap((item) => values.map((value: unknown) => ({ ...item, [name]: value }))),
    [{}],
  ) as T[];
}

type Place = (typeof OPTION_AXES)[number];

/** The tensors of a place and dtype, cached. */
const tensorsOf = memo((place: Place, dtype: FloatType) => {
  const { shape, axis } = place;
  const name = `${shape} along ${axis}`;
  const logits = as(dtype, normal(`logits ${name}`, shape, 0, 3));
  const { rowShape } = rowsIn(shape, axis);
  return {
    logits,
    logProbabilities: stored(dtype, logits, () => reference.logSoftmax(logits, { axis })),
    probabilities: stored(dtype, logits, () => reference.softmax(logits, { axis })),
    soft: as(dtype, distributions(`soft targets ${name}`, shape, axis)),
    weight: as(dtype, uniform('class weights', [CLASSES], 0.1, 3)),
    upstream: normal(`upstream ${name}`, rowShape),
    labels: new Map(IGNORED.map((ignored) => [ignored, labels(`labels ${name}`, rowShape, CLASSES, ignored)])),
  };
});

function memo<T>(make: (place: Place, dtype: FloatType) => T): (place: Place, dtype: FloatType) => T {
  const made = new Map<string, () => T>();
  return (place, dtype) => {
    const key = `${place.axis} ${dtype}`;
    if (!made.has(key))
      made.set(
        key,
        once(() => make(place, dtype)),
      );
    return (made.get(key) as () => T)();
  };
}

function inputOf(combination: Combination, of: LossOf): LossInput {
  const { dtype, place, weighted, ignoreIndex, ...options } = combination;
  const words = [
    `${place.shape.join(' × ')} along ${place.axis}`,
    dtype,
    options.reduction,
    ignoreIndex === undefined ? 'probabilities' : `ignoring ${ignoreIndex}`,
    weighted && 'weighted',
    options.labelSmoothing > 0 && 'smoothed',
    options.emptyReduction === 'zero' && 'empty 0',
  ];
  const all = () => tensorsOf(place, dtype);
  return {
    name: words.filter(Boolean).join(', '),
    dtype,
    plans: DEFAULT_PLAN,
    x: () => all()[of],
    targets: () => (ignoreIndex === undefined ? all().soft : (all().labels.get(ignoreIndex as -100) as HostTensor)),
    options: { ...options, axis: place.axis, ...(ignoreIndex !== undefined && { ignoreIndex }) },
    ...(weighted && { weight: all().weight }),
  };
}

function upstreamOf({ place, dtype, reduction }: Combination): HostTensor {
  return reduction === 'none' ? tensorsOf(place, dtype).upstream : { shape: [], data: Float32Array.of(-1.7) };
}

/** The kind of input of a loss. */
export type LossOf = 'logits' | 'logProbabilities' | 'probabilities';

/**
 * Every combination of all options: reduction, weight, ignored index, smoothing, kind of targets, axis, dtype, and
 * the value of an empty mean.
 */
export function combinedLosses(of: LossOf): LossInput[] {
  return combinations().map((combination, index) => ({ ...inputOf(combination, of), quick: index % 97 === 0 }));
}

/** The same, each with a gradient of the loss. */
export function combinedWithUpstream(of: LossOf): LossInput[] {
  return combinations().map((combination) => {
    const input = inputOf(combination, of);
    return { ...input, name: `${input.name}, upstream`, upstream: upstreamOf(combination) };
  });
}

/** The same with every label ignored: an empty mean, with and without each option that could change it. */
export function ignoredLosses(of: LossOf): LossInput[] {
  const list = product({
    dtype: FLOAT_TYPES,
    place: OPTION_AXES,
    reduction: REDUCTIONS,
    weighted: BOTH,
    labelSmoothing: [0],
    ignoreIndex: [...IGNORED],
    emptyReduction: EMPTY,
  });
  return list.map((combination) => {
    const { rowShape } = rowsIn(combination.place.shape, combination.place.axis);
    const targets = once(() => integers(rowShape, () => combination.ignoreIndex as number));
    const input = inputOf(combination, of);
    return { ...input, name: `${input.name}, all ignored`, targets };
  });
}

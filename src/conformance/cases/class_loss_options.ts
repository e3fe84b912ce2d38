import type { ClassLossOptions as ReferenceOptions } from '../../reference/index.ts';
import * as reference from '../../reference/index.ts';
import { type Case, type HostTensor, once } from '../suite/case.ts';
import { distributions, type Floats, floats, integers, labels, normal, rowsIn, uniform } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType } from '../suite/half.ts';
import { OWN_PLAN } from '../suite/plans.ts';
import {
  crossEntropyBackward,
  crossEntropyForward,
  crossEntropyOfProbabilitiesCase,
  type LossInput,
  nllLossBackward,
  nllLossForward,
  withGradient,
} from './class_losses.ts';
import { OPTION_AXES } from './rows.ts';

// Every option with every other, on tensors so small that thousands of cases are some seconds. The classes are as many
// on each axis, so that the product makes no more variants than the options' constants do: what is a parameter
// (`ignoreIndex`, `labelSmoothing` of probabilities, `emptyReduction`, `scale`) costs no pipeline.

const CLASSES = 5;
const BOTH = [false, true] as const;
const REDUCTIONS = ['mean', 'sum', 'none'] as const;
const EMPTY = ['nan', 'zero'] as const;

/** What labels are ignored: by the usual index, by one beyond the classes, and by one of the classes. */
const IGNORED = [-100, 9, 2] as const;

interface Combination {
  readonly dtype: FloatType;
  readonly place: (typeof OPTION_AXES)[number];
  readonly reduction: (typeof REDUCTIONS)[number];
  readonly weighted: boolean;
  readonly labelSmoothing: number;
  /** Undefined: probabilities. */
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

/** Every choice of one value for each name. */
function product<T extends Record<string, unknown>>(choices: { readonly [Name in keyof T]: readonly T[Name][] }): T[] {
  return Object.entries(choices).reduce<Record<string, unknown>[]>(
    (list, [name, values]) => list.flatMap((item) => values.map((value: unknown) => ({ ...item, [name]: value }))),
    [{}],
  ) as T[];
}

type Place = (typeof OPTION_AXES)[number];

const stored = (dtype: FloatType, { shape, data }: reference.Float64NdArray): Floats =>
  as(
    dtype,
    floats(shape, (i) => data[i] as number),
  ) as Floats;

/** The tensors of a place and dtype, each made once. */
const tensorsOf = memo((place: Place, dtype: FloatType) => {
  const { shape, axis } = place;
  const name = `${shape} along ${axis}`;
  const logits = as(dtype, normal(`logits ${name}`, shape, 0, 3)) as Floats;
  const { rowShape } = rowsIn(shape, axis);
  return {
    logits,
    logProbabilities: stored(dtype, reference.logSoftmax(logits, { axis })),
    probabilities: stored(dtype, reference.softmax(logits, { axis })),
    soft: as(dtype, distributions(`soft targets ${name}`, shape, axis)),
    weight: as(dtype, uniform('class weights', [CLASSES], 0.1, 3)),
    upstream: normal(`upstream ${name}`, rowShape),
    labels: new Map(IGNORED.map((ignored) => [ignored, labels(`labels ${name}`, rowShape, CLASSES, ignored)])),
  };
});

function memo<T>(make: (place: Place, dtype: FloatType) => T): (place: Place, dtype: FloatType) => T {
  const made = new Map<string, T>();
  return (place, dtype) => {
    const key = `${place.axis} ${dtype}`;
    const known = made.get(key);
    if (known) return known;
    const value = make(place, dtype);
    made.set(key, value);
    return value;
  };
}

function inputOf(combination: Combination): LossInput {
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
    plans: OWN_PLAN,
    x: () => all().logits,
    targets: () => (ignoreIndex === undefined ? all().soft : (all().labels.get(ignoreIndex as -100) as HostTensor)),
    options: { ...options, axis: place.axis, ...(ignoreIndex !== undefined && { ignoreIndex }) } as ReferenceOptions,
    ...(weighted && { weight: all().weight }),
  };
}

function upstreamOf({ place, dtype, reduction }: Combination): HostTensor {
  return reduction === 'none' ? tensorsOf(place, dtype).upstream : { shape: [], data: Float32Array.of(-1.7) };
}

/**
 * Cross-entropy and kin with every option in every combination: reduction, weight, ignored index, smoothing, kind of
 * targets, upstream, axis, dtype, what a mean over nothing is, in place or not, and the gradient's scale.
 */
export function classLossOptionCases(): Case[] {
  const all = combinations().flatMap((combination, index) => {
    const input: LossInput = { ...inputOf(combination), quick: index % 97 === 0 };
    const { place, dtype } = combination;
    const up: LossInput = {
      ...input,
      quick: false,
      name: `${input.name}, upstream`,
      upstream: upstreamOf(combination),
    };
    const ofLogs = { x: () => tensorsOf(place, dtype).logProbabilities };
    return [
      crossEntropyForward(input),
      crossEntropyBackward(input),
      crossEntropyBackward(up),
      withGradient(input),
      withGradient({ ...input, quick: false }, { inPlace: true }),
      // A parameter: a factor, wherever the gradient goes.
      withGradient({ ...input, quick: false }, { scale: 1024 }),
      nllLossForward({ ...input, ...ofLogs }),
      nllLossBackward({ ...input, ...ofLogs }),
      nllLossBackward({ ...up, ...ofLogs }),
      crossEntropyOfProbabilitiesCase({ ...input, x: () => tensorsOf(place, dtype).probabilities }),
    ];
  });
  return [...all, ...nothingCases()];
}

/** The same where every label is ignored: a mean over nothing, with and without all that could make it something. */
function nothingCases(): Case[] {
  const list = product({
    dtype: FLOAT_TYPES,
    place: OPTION_AXES,
    reduction: REDUCTIONS,
    weighted: BOTH,
    labelSmoothing: [0],
    ignoreIndex: [...IGNORED],
    emptyReduction: EMPTY,
  });
  return list.flatMap((combination) => {
    const { rowShape } = rowsIn(combination.place.shape, combination.place.axis);
    const targets = once(() => integers(rowShape, () => combination.ignoreIndex as number));
    const input = inputOf(combination);
    const nothing: LossInput = { ...input, name: `${input.name}, all ignored`, targets };
    return [
      crossEntropyForward(nothing),
      withGradient(nothing),
      nllLossForward(nothing),
      nllLossBackward(nothing),
      crossEntropyOfProbabilitiesCase({
        ...nothing,
        x: () => tensorsOf(combination.place, combination.dtype).probabilities,
      }),
    ];
  });
}

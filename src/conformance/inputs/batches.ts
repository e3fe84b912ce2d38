import type { Machine } from '../../plan/machine.ts';
import { sizesOf } from '../../plan/rows.ts';
import { deviate, type Floats, floats, normal, once, randomFor, uniform } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import {
  ALIGNED_OR_NOT,
  DEFAULT_PLAN,
  EVERY_PLAN,
  EVERY_PLAN_AND_UNALIGNED,
  NARROW_PLANS,
  type PlanName,
  QUICK_PLANS,
} from '../suite/plans.ts';
import { representativeBatches } from '../suite/representatives.ts';
import type { Trial } from '../suite/spec.ts';

/** The inputs and options of training other than x. */
export interface Told {
  readonly momentum: number;
  readonly runningVarianceKind: 'unbiased' | 'biased';
  /** Whether the statistics of another batch normalize x. */
  readonly given: boolean;
  readonly affine: readonly ('gamma' | 'beta')[];
  readonly activation: 'none' | 'relu';
  readonly running: readonly ('runningMean' | 'runningVariance')[];
}

/** A batch [N, C, ...] with an adversarial shape or adversarial values. */
export interface BatchInput {
  readonly name: string;
  readonly channelAxis: number;
  readonly shape: readonly number[];
  readonly quick: boolean | readonly PlanName[];
  readonly plans: readonly PlanName[];
  /** Whether each channel is constant. */
  readonly constant: boolean;
  /** The dtype of x and of all parameters. */
  readonly dtype: FloatType;
  readonly told: Told;
  readonly x: () => Floats;
}

export function channelsIn({ shape, channelAxis }: BatchInput): number {
  return shape.at(channelAxis) as number;
}

const USUAL: Told = {
  momentum: 0.1,
  runningVarianceKind: 'unbiased',
  given: false,
  affine: ['gamma', 'beta'],
  activation: 'none',
  running: ['runningMean', 'runningVariance'],
};

type Options = Partial<Pick<BatchInput, 'channelAxis' | 'quick' | 'plans' | 'constant' | 'dtype' | 'told'>>;

function batch(name: string, shape: readonly number[], x: () => Floats, options: Options = {}): BatchInput {
  const { channelAxis = 1, quick = false, plans = EVERY_PLAN, constant = false, dtype = 'f32', told = USUAL } = options;
  const full = named(`${shape.join(' × ')} ${name}`.trim(), dtype);
  const stored = once(() => as(dtype, x()) as Floats);
  return { name: full, channelAxis, shape, quick, plans, constant, dtype, told, x: stored };
}

function usual(shape: readonly number[], options: Options = {}): BatchInput {
  const { channelAxis = 1 } = options;
  const axis = channelAxis === -1 ? 'channels last' : channelAxis === 1 ? '' : `channels on axis ${channelAxis}`;
  return batch(axis, shape, () => normal(`batch ${shape}`, shape, 0.5, 2), options);
}

/** Normalized by given statistics. Its own might be computed in the same pass as y if channels fit on chip. */
function withStats(shape: readonly number[], options: Options = {}): BatchInput {
  const input = usual(shape, { ...options, told: { ...USUAL, given: true } });
  return { ...input, name: `${input.name}, by stats` };
}

/** [n, 3, side]: an ordinary channel, one whose first element is 1,000 std away, and one with a 0 and then 1000 ± 1. */
function hostile(shape: readonly [number, number, number]): Floats {
  const random = randomFor(`hostile ${shape}`);
  const [, channels, inner] = shape;
  return floats(shape, (i) => {
    const channel = Math.floor(i / inner) % channels;
    const first = Math.floor(i / (channels * inner)) === 0 && i % inner === 0;
    if (channel === 1) return first ? 1000 : deviate(random);
    if (channel === 2) return first ? 0 : 1000 + random.uniform(-1, 1);
    return 3 + deviate(random);
  });
}

/** Values of mean 1e4 and std 1, as f32 stores them. */
const largeMean = (shape: readonly number[]) => normal(`large mean ${shape}`, shape, 1e4, 1);

/** Batches, one shape for each way to traverse channels that plans can choose on a machine. */
export function plannedBatches(machine: Machine): BatchInput[] {
  return FLOAT_TYPES.flatMap((dtype) =>
    representativeBatches(machine, sizesOf([dtype === 'f16' ? 2 : 4])).flatMap(({ outer, channels, inner }) => {
      const shape = inner === 1 ? [outer, channels] : [outer, channels, inner];
      return [usual(shape, { plans: DEFAULT_PLAN, dtype }), withStats(shape, { plans: DEFAULT_PLAN, dtype })];
    }),
  );
}

/**
 * Each value of each option with various others, in each layout. γ, β, relu and given statistics in all combinations.
 */
const TOLD: readonly Told[] = ([[], ['gamma'], ['beta'], ['gamma', 'beta']] as const).flatMap((affine, a) =>
  (['none', 'relu'] as const).flatMap((activation, r) =>
    [false, true].map((given): Told => {
      const i = (a + r + Number(given)) % 4;
      return {
        momentum: [0.1, 0, 1, 0.5][i] as number,
        runningVarianceKind: i % 2 === 0 ? 'unbiased' : 'biased',
        given,
        affine,
        activation,
        running: ([['runningMean', 'runningVariance'], ['runningVariance'], ['runningMean'], []] as const)[i] ?? [],
      };
    }),
  ),
);

/** The layouts for trials of options. */
export const OPTION_LAYOUTS: readonly (readonly [shape: readonly number[], channelAxis: number])[] = [
  [[6, 4], 1],
  [[4, 3, 8], 1],
  [[4, 5, 3], -1],
];

/** Batches for the options of training, in both dtypes. */
const TOLD_INPUTS: readonly BatchInput[] = FLOAT_TYPES.flatMap((dtype) =>
  OPTION_LAYOUTS.flatMap(([shape, channelAxis]) =>
    TOLD.map((told) => {
      const { momentum, runningVarianceKind: kind, given, affine, activation } = told;
      const input = usual(shape, { channelAxis, dtype, told, plans: DEFAULT_PLAN });
      const words = [...affine, kind, ...(given ? ['stats'] : []), ...(activation === 'relu' ? ['relu'] : [])].join(
        ' ',
      );
      return { ...input, name: `${input.name}, momentum ${momentum} ${words}` };
    }),
  ),
);

/** Shapes and values for trials of both dtypes. */
const BOTH: readonly BatchInput[] = FLOAT_TYPES.flatMap((dtype) => {
  const half = dtype === 'f16';
  return [
    usual([37, 61], { dtype, quick: true }),
    usual([7, 13, 5, 3], { dtype, quick: half ? false : QUICK_PLANS }),
    usual([4, 8, 12, 12], { dtype, plans: EVERY_PLAN_AND_UNALIGNED }),
    withStats([4, 8, 12, 12], { dtype, plans: ALIGNED_OR_NOT }),
    usual([3, 5, 7, 16], { dtype, channelAxis: -1 }),
    usual([6, 5, 12], { dtype, channelAxis: 0 }),
    usual([16, 512], { dtype }),
    usual([2, 3, 4096], { dtype, quick: half }),
    batch('hostile channels', [8, 3, 1024], () => hostile([8, 3, 1024]), { dtype, quick: !half }),
    batch('constant channels', [33, 7], () => floats([33, 7], (i) => 0.1 + (i % 7) * 1e3), {
      dtype,
      quick: true,
      constant: true,
    }),
  ];
});

export const BATCH_INPUTS: readonly BatchInput[] = [
  ...BOTH,
  ...TOLD_INPUTS,
  usual([2, 1]),
  usual([4097, 3]),
  usual([65537, 2], { plans: NARROW_PLANS }),
  usual([1, 2, 1009]),
  usual([1, 1, 4097]),
  usual([129, 1]),
  batch('mean/std 1e4', [8, 3, 1024], () => largeMean([8, 3, 1024]), { quick: ['default', 'gpu'] }),
  batch('mean/std 1e4', [4099, 5], () => largeMean([4099, 5])),
  batch('mean/std 1e4', [4, 2, 250000], () => largeMean([4, 2, 250000]), { plans: NARROW_PLANS }),
  batch('hostile channels', [4099, 3, 1], () => hostile([4099, 3, 1])),
  batch('hostile channels', [4, 3, 250000], () => hostile([4, 3, 250000]), { plans: NARROW_PLANS }),
  batch('constant channels', [3, 2, 4097], () => floats([3, 2, 4097], () => 12345.678), { constant: true }),
];

/** Batches of every shape and kind. With a machine, also a shape for each plan that it can return. */
export function batchInputs(machine?: Machine): BatchInput[] {
  return [...BATCH_INPUTS, ...(machine ? plannedBatches(machine) : [])];
}

/** The inputs and options of training and its gradient other than x. */
export function trainingOf(input: BatchInput): Pick<Trial, 'options'> & { readonly inputs: Trial['inputs'] } {
  const { x, name, shape, dtype, channelAxis, told } = input;
  const { momentum, runningVarianceKind, activation, affine, running, given } = told;
  const channels = [channelsIn(input)];
  const all = {
    gamma: () => uniform(`${name} gamma`, channels, 0.5, 2),
    beta: () => normal(`${name} beta`, channels),
    runningMean: () => normal(`${name} running`, channels),
    runningVariance: () => uniform(`${name} spread`, channels, 0.5, 2),
  };
  const stored = Object.fromEntries([...affine, ...running].map((each) => [each, () => as(dtype, all[each]())]));
  const other = given ? () => as(dtype, normal(`${name} other`, shape, 1, 1.5)) : undefined;
  return { inputs: { x, ...stored, other }, options: { channelAxis, momentum, runningVarianceKind, activation } };
}

/** The part of a trial that comes from the input. */
export const trialOf = ({ name, quick, plans, dtype }: BatchInput): Omit<Trial, 'inputs'> => ({
  name,
  quick,
  plans,
  dtype,
});

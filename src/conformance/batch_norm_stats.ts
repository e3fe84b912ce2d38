import * as ops from '../index.ts';
import { BATCH_RIGHT } from './inputs/batch_calls.ts';
import { batchDraws } from './inputs/batch_draws.ts';
import { batchInputs, trialOf } from './inputs/batches.ts';
import { meanFloor } from './inputs/channels.ts';
import { DIVISION, STEP } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { floats, normal } from './suite/data.ts';
import { choice, draws, values } from './suite/draws.ts';
import { as, FLOAT_TYPES, named } from './suite/half.ts';
import { neverNegative, relativeWithin } from './suite/limits.ts';
import type { OpSpec } from './suite/spec.ts';

const limits = () => ({ variance: [neverNegative, relativeWithin(1e-6, 0)] });
const RESULTS = ['mean', 'variance'];
const compared = <T>({ mean, variance }: { mean: T; variance: T }) => ({ mean, variance });
const BUDGET = { mean: DIVISION + STEP, variance: DIVISION + STEP }; // p + Σ(x - p)/n, Σ(u - s)²/n

export const batchNormStats: OpSpec = {
  name: 'batchNormStats',
  group: 'batch-norm',
  tensors: ['x'],
  dtypes: () => 'f32',
  results: RESULTS,
  budget: BUDGET,
  floors: ({ x }, options) => ({ mean: meanFloor(x as HostTensor, options) }),
  limits,
  trials: (machine) =>
    batchInputs(machine).map((input) => ({
      ...trialOf(input),
      inputs: { x: input.x },
      options: { channelAxis: input.channelAxis },
    })),
  draws: batchDraws(({ x, channelAxis }) => ({ inputs: { x }, options: { channelAxis } })),
  right: BATCH_RIGHT,
  gradient: { trials: [{ of: { x: { shape: [2, 3, 4] } }, results: [...RESULTS, 'state'] }] },
};

export const mergeBatchNormStats: OpSpec = {
  name: 'mergeBatchNormStats',
  group: 'batch-norm',
  tensors: [],
  dtypes: () => 'f32',
  run: (parts, options) =>
    compared(ops.mergeBatchNormStats(Object.values(parts).map((part) => ops.batchNormStats(part, options)))),
  compute: (library, parts, options) =>
    compared(library.mergeBatchNormStats(Object.values(parts).map((part) => library.batchNormStats(part, options)))),
  budget: BUDGET,
  floors: (parts, options) => {
    const means = Object.values(parts).map((part) => meanFloor(part, options));
    return { mean: (means[0] as Float64Array).map((_, c) => Math.max(...means.map((list) => list[c] || 0))) };
  },
  limits,
  trials: () => [
    {
      name: 'parts of 35, 0, 1 and 576',
      inputs: {
        x: normal('part 1', [7, 13, 5], 1e3, 1),
        x0: floats([0, 13, 5], () => 0),
        x1: normal('part 2', [1, 13, 1], 1e3, 1),
        x2: normal('part 3', [64, 13, 9], 1e3 + 1, 2),
      },
      quick: true,
    },
  ],
  draws: batchDraws(({ x, others, channelAxis }) => ({
    inputs: { x, ...Object.fromEntries(others.map((other, i) => [`x${i}`, other])) },
    options: { channelAxis },
  })),
  gradient: 'none',
};

const stateOf = (rows: number) =>
  floats([rows, 13], (i) => [11, 3 + i / 7, 5 + i / 3, 1e-8][Math.floor(i / 13)] as number);

export const batchNormStatsFromState: OpSpec = {
  name: 'batchNormStatsFromState',
  group: 'batch-norm',
  tensors: ['state'],
  args: ({ state }, { count }) => [state, count],
  dtypes: () => 'f32',
  results: RESULTS,
  budget: { mean: STEP, variance: DIVISION },
  // The mean and its correction may cancel.
  floors: ({ state }, _, { mean }) => {
    const { shape, data } = state as HostTensor;
    const [rows, channels] = shape as [number, number];
    const at = (row: number, c: number) => (row < rows ? Math.abs(data[row * channels + c]!) : 0);
    return { mean: (mean as Float64Array).map((_, c) => at(1, c) + at(3, c)) };
  },
  trials: () =>
    FLOAT_TYPES.flatMap((dtype) =>
      [3, 4].map((rows) => ({
        name: named(`${rows} rows`, dtype),
        inputs: { state: as(dtype, stateOf(rows)) },
        options: { count: 11 },
        dtype,
        quick: dtype === 'f32',
      })),
    ),
  draws: draws(
    {
      rows: choice(4, 3),
      channels: choice(3, 1, 4, 65, 0),
      values: values('finite'),
      count: choice(11, 1, 0, 2 ** 20),
    },
    ({ rows, channels, values, count }) => ({
      inputs: { state: { shape: [rows, channels], values } },
      options: { count },
    }),
  ),
  right: {
    inputs: { state: { shape: [3, 2], data: Float32Array.of(3, 3, 1, 2, 0, 1) } },
    options: { count: 3 },
  },
  gradient: 'none',
};

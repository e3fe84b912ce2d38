import * as reference from '../reference/index.ts';
import { PROBABILITIES } from './inputs/class_loss_calls.ts';
import { REDUCTIONS } from './inputs/element_losses.ts';
import { SPECIAL_INPUTS } from './inputs/special_rows.ts';
import { DIVISION, EXP, LOG, SIGMOID, STEP, TINY } from './suite/budgets.ts';
import { dtypeOf, type HostTensor } from './suite/case.ts';
import { floats, map, normal, uniform } from './suite/data.ts';
import { choice, type Draws, draws, filled, number, perhaps, record, style, values } from './suite/draws.ts';
import { COLS, TABLE } from './suite/gradient.ts';
import { as, FLOAT_TYPES, type FloatType, named } from './suite/half.ts';
import { ALIGNED_OR_NOT } from './suite/plans.ts';
import type { OpSpec, Right, Trial } from './suite/spec.ts';

const BOTH = [false, true];

function trials(upstreams: readonly boolean[]): Trial[] {
  return FLOAT_TYPES.flatMap((dtype) => {
    const x = as(dtype, normal('binary logits', [13, 61], 0, 8));
    const drawn = uniform('binary targets', [13, 61], 0, 1);
    const targets = as(dtype, drawn);
    const hard = map(targets, (value) => Math.round(value));
    const weight = as(dtype, uniform('binary weights', [61], 0.1, 3));
    const posWeight = as(dtype, uniform('positive weights', [13, 1], 0.1, 3));
    const common = { dtype, plans: ALIGNED_OR_NOT };
    // The weights in combination with each other and with upstream.
    const weighed = REDUCTIONS.flatMap((reduction) =>
      BOTH.flatMap((weighted) =>
        BOTH.flatMap((positive) =>
          upstreams.map((up) => {
            const words = [weighted && ', weight', positive && ', posWeight', up && ', upstream'].filter(Boolean);
            const upstream =
              reduction === 'none' ? normal('binary upstream', [13, 61]) : { shape: [], data: Float32Array.of(-0.3) };
            return {
              name: named(`13 × 61 ${reduction}${words.join('')}`, dtype),
              ...common,
              quick: words.length === 0,
              inputs: {
                x,
                targets: positive ? as(dtype, hard) : targets,
                ...(weighted && { weight }),
                ...(positive && { posWeight }),
                ...(up && { upstream }),
              },
              options: { reduction },
            };
          }),
        ),
      ),
    );
    const other: FloatType = dtype === 'f32' ? 'f16' : 'f32';
    const options = { reduction: 'none' };
    const special = SPECIAL_INPUTS.filter((input) => input.axis === -1 && input.dtype === dtype);
    return [
      ...weighed,
      // Weights for each element, of another dtype than the logits: no copy repeats them.
      ...(['weight', 'posWeight'] as const).map((which) => ({
        name: `13 × 61, each its ${which} ${other}, x ${dtype}`,
        ...common,
        inputs: { x, targets, [which]: as(other, uniform(`each its ${which}`, [13, 61], 0.1, 3)) },
        options: { reduction: 'sum' },
      })),
      {
        name: `13 × 61, targets ${other}, x ${dtype}`,
        ...common,
        inputs: { x, targets: as(other, drawn) },
        options: { reduction: 'sum' },
      },
      {
        name: named('from -103 to 103', dtype),
        ...common,
        quick: true,
        inputs: {
          x: as(
            dtype,
            floats([207], (i) => i - 103),
          ),
          targets: as(
            dtype,
            floats([207], (i) => i % 2),
          ),
        },
        options,
      },
      ...special.map((input) => ({
        name: input.name,
        ...common,
        quick: true,
        inputs: {
          x: input.x,
          targets: () =>
            as(
              dtype,
              map(input.x(), (_, i) => i % 2),
            ),
        },
        options,
      })),
    ];
  });
}

/** The choices that a kernel is linked for. */
const STYLES = [
  { weight: false, posWeight: false, upstream: false },
  { weight: true, posWeight: false, upstream: true },
  { weight: false, posWeight: true, upstream: true },
  { weight: true, posWeight: true, upstream: false },
];
const WEIGHTS = record({ values: values('weight'), seed: number(1023) });

/** One of the shapes that broadcast to the given shape. */
function broadcasting(shape: readonly number[], seed: number): number[] {
  const start = seed % (shape.length + 1);
  return shape.slice(start).map((length, at) => ((seed >> (4 + at)) % 2 ? 1 : length));
}

const drawsOf = (takesUpstream: boolean): Draws =>
  draws(
    {
      x: filled('any'),
      targets: values('unit'),
      weight: WEIGHTS,
      posWeight: WEIGHTS,
      upstream: values('finite'),
      style: style(...STYLES),
      reduction: perhaps(choice(...REDUCTIONS)),
    },
    ({ x, targets, weight, posWeight, upstream, style, reduction }) => {
      const { shape } = x;
      const weigh = ({ values, seed }: typeof weight) => ({ shape: broadcasting(shape, seed), values });
      return {
        inputs: {
          x,
          targets: { shape, values: targets },
          weight: style.weight ? weigh(weight) : undefined,
          posWeight: style.posWeight ? weigh(posWeight) : undefined,
          upstream:
            takesUpstream && style.upstream
              ? { shape: reduction === 'none' ? shape : [], values: upstream, dtype: 'f32' }
              : undefined,
        },
        options: { reduction },
      };
    },
  );

const RIGHT: Right = {
  inputs: {
    x: floats([1, 3], (i) => i + 1),
    targets: floats([1, 3], (i) => i % 2),
    weight: floats([3], (i) => i + 1),
    posWeight: floats([1], () => 3),
  },
  wrong: { reduction: ['average', 1, null] },
};

export const binaryCrossEntropyWithLogits: OpSpec = {
  name: 'binaryCrossEntropyWithLogits',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'loss',
  dtypes: () => 'f32',
  budget: EXP + LOG + STEP + DIVISION, // log1p(exp(-|x|))
  // Both parts are at least 0, so nothing cancels.
  floors: () => ({ loss: TINY }),
  trials: () => trials([false]),
  draws: drawsOf(false),
  right: RIGHT,
  gradient: {
    trials: [
      { of: { x: TABLE }, given: { targets: PROBABILITIES } },
      {
        name: 'positive weights',
        of: { x: TABLE },
        given: { targets: PROBABILITIES, posWeight: { shape: [COLS], low: 0.5, high: 2 } },
      },
    ],
    end: (x, { call, constant }) => call('binaryCrossEntropyWithLogits', x, constant(PROBABILITIES)),
  },
};

export const binaryCrossEntropyWithLogitsBackward: OpSpec = {
  name: 'binaryCrossEntropyWithLogitsBackward',
  group: 'losses',
  tensors: ['x', 'targets'],
  result: 'dx',
  budget: SIGMOID + DIVISION,
  dtypes: ({ x }) => dtypeOf(x as HostTensor),
  // The terms of the difference (1 - t)·σ(x) - t·σ(-x). The gradient is linear in t, so they are its values at t = 0
  // and 1.
  floors: ({ x, targets, ...rest }, options) => {
    const { shape, data } = x as HostTensor;
    const t = (targets as HostTensor).data;
    const at = (value: number) => {
      const all = { shape, data: new Float64Array(data.length).fill(value) };
      const given = { ...options, ...rest };
      return reference.binaryCrossEntropyWithLogitsBackward(x as HostTensor, all, given).data.map(Math.abs);
    };
    const [negative, positive] = [at(0), at(1)];
    return { dx: negative.map((size, i) => Math.max(TINY, (1 - t[i]!) * size + t[i]! * positive[i]!)) };
  },
  trials: () => trials(BOTH),
  draws: drawsOf(true),
  right: { ...RIGHT, inputs: { ...RIGHT.inputs, upstream: floats([], () => 1) } },
  gradient: 'none',
};

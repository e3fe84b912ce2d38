import { dtypeOf, type HostTensor } from '../src/conformance/suite/case.ts';
import {
  COLS,
  type Gradient,
  type GradientTrial,
  ROWS,
  type Smooth,
  type Step,
  type Value,
} from '../src/conformance/suite/gradient.ts';
import { callOf, type OpSpec } from '../src/conformance/suite/spec.ts';
import { specs } from '../src/conformance/suite/specs.ts';
import { type Fn, type Host, host, type Library } from './gradient_support.ts';
import { uniform } from './support.ts';

export const values = (shape: readonly number[], seed: number, low = -1.5, high = 1.5): Host =>
  host(
    [...shape],
    uniform(
      shape.reduce((size, length) => size * length, 1),
      low,
      high,
      seed,
    ),
  );
const smooth = ({ shape, low, high }: Smooth, seed: number) => values(shape, seed, low, high);
/** A constant of a spec on the host. Integers are kept; floats become multiples of 2^-20. */
const constantOf = (x: HostTensor) =>
  dtypeOf(x) === 'f32' ? host([...x.shape], x.data) : { shape: [...x.shape], data: x.data as Int32Array };

/** A scalar function of y with a different slope for each element. */
export const scalarOf = (lib: Library, y: Library, c: (value: Host) => Library, seed = 7) =>
  lib.sum(lib.multiply(y, c(values(y.shape, seed))));

/** The scalar whose gradient a trial compares. It depends on every element of every result with a different slope. */
const functionOf =
  (spec: OpSpec, { given = {}, options = {}, results }: GradientTrial): Fn =>
  (lib, p, c) => {
    const constants = Object.entries(given).map(([name, x], i) => [
      name,
      c('data' in x ? constantOf(x) : smooth(x, 20 + i)),
    ]);
    const result = callOf(spec, lib, { ...p, ...Object.fromEntries(constants) }, options) as Library;
    const compared = results ? results.map((name) => result[name]) : [result];
    const scalars = compared.map((y, i) => (y.shape.length === 0 ? y : scalarOf(lib, y, c, 7 + i)));
    return scalars.reduce((total, scalar) => lib.add(total, scalar));
  };

const differentiable = specs.flatMap((spec) =>
  spec.gradient === 'none' ? [] : [{ spec, gradient: spec.gradient as Gradient }],
);
export const OF_OPS = differentiable.flatMap(({ spec, gradient }) =>
  gradient.trials.map((trial): readonly [string, Record<string, Host>, Fn] => {
    const parameters = Object.entries(trial.of).map(([name, x], i) => [name, smooth(x, 1 + i)]);
    const words = [spec.name, trial.name ?? (trial.options && JSON.stringify(trial.options))];
    return [words.filter(Boolean).join(', '), Object.fromEntries(parameters), functionOf(spec, trial)];
  }),
);

/** The steps of compositions, by name. An op may have several. */
export const STEPS: ReadonlyMap<string, Step> = new Map(
  differentiable.flatMap(({ spec, gradient: { steps = [] } }) =>
    steps.map((step, i): [string, Step] => [i === 0 ? spec.name : `${spec.name} ${i + 1}`, step]),
  ),
);
export const ENDS: ReadonlyMap<string, Step> = new Map(
  differentiable.flatMap(({ spec, gradient: { end } }): [string, Step][] => (end ? [[spec.name, end]] : [])),
);

export const parametersOf = (seed: number) => ({
  x: values([ROWS, COLS], seed + 1),
  weight: values([COLS, COLS], seed + 2, -0.6, 0.6),
  bias: values([COLS], seed + 3),
  scale: values([ROWS, 1], seed + 4, 0.5, 1.5),
});

/** A step of a composition: a step or an end by name, its gradient if that is asked for, and its second operand. */
export interface DrawnStep {
  readonly name: string;
  readonly gradient?: boolean;
  /** The distance back to the second operand. */
  readonly back: number;
}

/** A composition of steps. The gradient of a step is that of a scalar of its result. */
export const composed =
  (list: readonly DrawnStep[], end: string): Fn =>
  (lib, p, c) => {
    const call = (op: string, ...args: unknown[]) => lib[op](...args);
    const around = {
      call,
      reshape: (v: Value, shape: readonly number[]) => lib.reshape(v, shape),
      parameters: p as Record<'weight' | 'bias' | 'scale', Value>,
      constant: (constant: HostTensor) => c(constantOf(constant)),
      positive: (v: Value) => call('exp', call('tanh', v)),
    };
    const made: Library[] = [p.x];
    for (const { name, gradient, back } of list) {
      const all = { ...around, before: made[Math.max(0, made.length - 1 - back)] };
      const [step, last] = [STEPS.get(name), ENDS.get(name)];
      const scalar = (x: Value) => (step ? scalarOf(lib, step(x, all), c) : (last as Step)(x, all));
      made.push(gradient ? lib.gradientAt(scalar, made.at(-1)) : (step as Step)(made.at(-1), all));
    }
    return (ENDS.get(end) as Step)(made.at(-1), { ...around, before: made[0] });
  };

/** Functions that are not a single op. */
const x = values([ROWS, COLS], 1);
const normalized: (lib: Library, p: Library, stats: Library, c: (host: Host) => Library) => Library = (
  lib,
  p,
  stats,
  c,
) => scalarOf(lib, lib.batchNormTrain(p.x, { stats }).y, c);
export const OTHERS: readonly (readonly [string, Record<string, Host>, Fn])[] = [
  ['a tensor times itself', { x }, (lib, p, c) => scalarOf(lib, lib.multiply(p.x, p.x), c)],
  ['a tensor used twice', { x }, (lib, p, c) => scalarOf(lib, lib.softmax(lib.concat([p.x, p.x], 1)), c)],
  ['reshape', { x }, (lib, p, c) => scalarOf(lib, lib.softmax(lib.reshape(p.x, [8, 3])), c)],
  [
    'a loss times itself',
    { x },
    (lib, p, c) => {
      const once = lib.crossEntropy(p.x, c({ shape: [ROWS], data: Int32Array.of(3, 0, 5, 2) }));
      return lib.multiply(once, once);
    },
  ],
  ['given statistics', { x, p: values([3, COLS], 2) }, (lib, p, c) => normalized(lib, p, lib.batchNormStats(p.p), c)],
  ["the batch's own statistics, given", { x }, (lib, p, c) => normalized(lib, p, lib.batchNormStats(p.x), c)],
  [
    'merged statistics of parts of 4, 3 and 0',
    { x, p: values([3, COLS], 2), none: values([0, COLS], 3) },
    (lib, p, c) => normalized(lib, p, lib.mergeBatchNormStats([p.x, p.p, p.none].map((x) => lib.batchNormStats(x))), c),
  ],
  ...[3, 4].map((rows): (typeof OTHERS)[number] => [
    `statistics from a state of ${rows} rows`,
    { x, state: values([rows, COLS], 4, 1, 2) },
    (lib, p, c) => normalized(lib, p, lib.batchNormStatsFromState(p.state, 5), c),
  ]),
  [
    'the state of merged statistics',
    { x, p: values([3, COLS], 2) },
    (lib, p, c) => {
      const stats = lib.mergeBatchNormStats([lib.batchNormStats(p.x), lib.batchNormStats(p.p)]);
      return scalarOf(lib, stats.state, c);
    },
  ],
  ...['none', 'relu'].map((activation): (typeof OTHERS)[number] => [
    `the backward pass of batch-norm, called by hand, ${activation}`,
    { x, dy: values([ROWS, COLS], 5), gamma: values([COLS], 6, 0.5, 2) },
    (lib, p, c) => {
      const { saved } = lib.batchNormTrain(p.x, { gamma: p.gamma });
      const { dx, dGamma, dBeta } = lib.batchNormBackward(p.x, p.dy, saved, { gamma: p.gamma, activation });
      return [dx, dGamma, dBeta].map((y, i) => scalarOf(lib, y, c, 7 + i)).reduce((a, b) => lib.add(a, b));
    },
  ]),
  [
    'the two halves of that pass, with sums of two batches',
    { x, dy: values([ROWS, COLS], 5), p: values([3, COLS], 2), dp: values([3, COLS], 8) },
    (lib, p, c) => {
      const { saved } = lib.batchNormTrain(p.x, {
        stats: lib.mergeBatchNormStats([lib.batchNormStats(p.x), lib.batchNormStats(p.p)]),
      });
      const sums = lib.add(
        lib.batchNormBackwardReduce(p.x, p.dy, saved),
        lib.batchNormBackwardReduce(p.p, p.dp, saved),
      );
      const { dx, dGamma } = lib.batchNormBackward(p.x, p.dy, saved, { sums });
      return lib.add(scalarOf(lib, dx, c), scalarOf(lib, dGamma, c));
    },
  ],
];

import type { Tensor } from '../../core/tensor.ts';
import * as ops from '../../index.ts';
import type { HostInputs } from '../suite/case.ts';
import { map, normal } from '../suite/data.ts';
import {
  choice,
  type DomainData,
  type DrawnInput,
  type DrawnValues,
  type Draws,
  draws,
  list,
  perhaps,
  shape,
  values,
} from '../suite/draws.ts';
import { ALIGNED_OR_NOT } from '../suite/plans.ts';
import type { OpSpec, Trial } from '../suite/spec.ts';

type Rule = { learningRate: number } & (
  | { op: 'sgd'; momentum?: number; nesterov?: boolean; weightDecay?: number }
  | { op: 'adam' | 'adamw'; weightDecay?: number }
);

/** A rule with its options, with or without clipped gradients. */
export interface Training {
  readonly name: string;
  readonly quick: boolean;
  readonly rule: Rule;
  readonly step: ops.StepOptions;
}

const RULES: readonly (Rule & { quick?: boolean })[] = [
  { op: 'sgd', learningRate: 0.1 },
  { op: 'sgd', learningRate: 0.1, momentum: 0.9 },
  { op: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01, quick: true },
  { op: 'adam', learningRate: 0.1, weightDecay: 0.01, quick: true },
  { op: 'adamw', learningRate: 0.1, quick: true },
];

export const TRAININGS: readonly Training[] = RULES.flatMap(({ quick = false, ...rule }) =>
  [{}, { clipNorm: 3 }].map((step) => {
    const { op, ...options } = rule;
    const name = Object.entries({ ...options, ...step }).map(([option, value]) => `${option} ${value}`);
    return { name: name.join(', '), quick, rule, step };
  }),
);

/** Shapes that end within a vector, on a vector, and before the first vector is full. */
export const TRAINED_SHAPES = { weight: [37, 61], bias: [64], scale: [3] } as const;

type Trained = Readonly<Record<keyof typeof TRAINED_SHAPES, Tensor>>;

/** Returns the parameters after these steps. */
export function train(
  { rule, step }: Pick<Training, 'rule' | 'step'>,
  parameters: Trained,
  gradients: readonly Trained[],
): Trained {
  const optimizer =
    rule.op === 'sgd' ? ops.sgd(parameters, rule) : (rule.op === 'adam' ? ops.adam : ops.adamw)(parameters, rule);
  for (const given of gradients) optimizer.step(given, step);
  const { weight, bias, scale } = optimizer.parameters;
  // Views outlive the optimizer.
  const trained = {
    weight: weight.reshape(weight.shape),
    bias: bias.reshape(bias.shape),
    scale: scale.reshape(scale.shape),
  };
  optimizer.dispose();
  return trained;
}

const STEPS = 3;

/** Splits inputs into parameters and the gradients of each step: `weight`, and `weight 1` for its first gradient. */
function splitSteps<T>(inputs: Readonly<Record<string, T>>) {
  const of = (step: string) =>
    Object.fromEntries(
      Object.entries(inputs).flatMap(([key, x]) => {
        const [name = key, at = ''] = key.split(' ');
        return at === step ? [[name, x]] : [];
      }),
    ) as Readonly<Record<keyof typeof TRAINED_SHAPES, T>>;
  const steps = new Set(Object.keys(inputs).flatMap((key) => key.split(' ')[1] ?? []));
  return { parameters: of(''), gradients: [...steps].map(of) };
}

const shapesOf = (name: string): HostInputs =>
  Object.fromEntries(Object.entries(TRAINED_SHAPES).map(([key, shape]) => [key, normal(`${name} ${key}`, shape)]));

function trials(op: Rule['op']): Trial[] {
  const steps = Array.from({ length: STEPS }, (_, step) =>
    Object.entries(shapesOf(`optimizer ${step}`)).map(([key, x]) => [`${key} ${step}`, x] as const),
  );
  const inputs = { ...shapesOf('optimizer'), ...Object.fromEntries(steps.flat()) };
  return TRAININGS.filter(({ rule }) => rule.op === op).map(({ name, quick, rule: { op: _, ...options }, step }) => ({
    name,
    quick,
    inputs,
    options: { ...options, ...step },
    plans: ALIGNED_OR_NOT,
  }));
}

/** Parameters of three shapes, with gradients for a few steps. */
const tensors = { shapes: list(shape(0, 3), 3, 3), values: values('finite') };
const named = (shapes: readonly (readonly number[])[], values: DrawnValues, step = ''): Record<string, DrawnInput> =>
  Object.fromEntries(
    Object.keys(TRAINED_SHAPES).map((key, i) => [`${key}${step}`, { shape: shapes[i]!, values, dtype: 'f32' }]),
  );

/** Draws of an optimizer's steps. `rule`: the options to draw from. */
export function optimizer(name: Rule['op'], budget: number, rule: Readonly<Record<string, DomainData>> = {}): OpSpec {
  return {
    name,
    budget,
    group: 'optimizers',
    tensors: [],
    run: (inputs, { clipNorm, ...options }) => {
      const { parameters, gradients } = splitSteps(inputs);
      const step = clipNorm === undefined ? {} : { clipNorm: clipNorm as number };
      return train({ rule: { op: name, ...options } as Rule, step }, parameters, gradients);
    },
    compute: (library, inputs, options) => {
      const { parameters, gradients } = splitSteps(inputs);
      const after = library[name](
        Object.values(parameters),
        gradients.map((step) => Object.values(step)),
        options as unknown as Rule,
      );
      return Object.fromEntries(Object.keys(parameters).map((key, i) => [key, after[i]!]));
    },
    // The magnitude of a parameter plus that of its updates: the learning rate per step in Adam, gradients and momentum
    // in SGD.
    floors: (inputs, { learningRate }) =>
      Object.fromEntries(
        Object.entries(splitSteps(inputs).parameters).map(([key, x]) => [
          key,
          Float64Array.from(x.data, (p) => Math.abs(p) + STEPS * (learningRate as number)),
        ]),
      ),
    trials: () => trials(name),
    draws: draws(
      {
        ...tensors,
        // At most 1, so that the size of a step is known.
        gradients: list(values('unit'), 1, STEPS),
        learningRate: choice(0.125, 0.001, 1),
        clipNorm: perhaps(choice(1, 1e3)),
        weightDecay: perhaps(choice(0, 0.01)),
        rule: { kind: 'record', of: rule },
      },
      ({ shapes, values, gradients, learningRate, clipNorm, weightDecay, rule }) => {
        const steps = gradients.map((from, step) => named(shapes, from, ` ${step + 1}`));
        return {
          inputs: { ...named(shapes, values), ...Object.assign({}, ...steps) },
          options: { learningRate, clipNorm, weightDecay, ...(rule as object) },
        };
      },
    ),
    gradient: 'none',
  };
}

/** Draws of gradients to clip. */
export const gradientDraws: Draws = draws(
  { ...tensors, maxNorm: choice(3, 0.5, 1e3) },
  ({ shapes, values, maxNorm }) => ({
    inputs: named(shapes, values),
    options: { maxNorm },
  }),
);

/** Gradients above and below the norm, and gradients whose squares overflow or underflow. */
export const clippingTrials = (): Trial[] =>
  (
    [
      ['above the norm', 1, 3],
      ['below the norm', 1, 1e3],
      ['above the norm, of 1e30', 1e30, 1e25],
    ] as const
  ).map(([name, scale, maxNorm]) => ({
    name,
    inputs: Object.fromEntries(
      Object.entries(shapesOf(`clip ${name}`)).map(([key, x]) => [key, map(x, (value) => scale * value)]),
    ),
    options: { maxNorm },
    quick: true,
    plans: ALIGNED_OR_NOT,
  }));

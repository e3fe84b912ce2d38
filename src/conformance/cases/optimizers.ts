import type { Tensor } from '../../core/tensor.ts';
import * as ops from '../../index.ts';
import { type Case, defineCase, once } from '../suite/case.ts';
import { map, normal } from '../suite/data.ts';
import { ALIGNED_OR_NOT } from '../suite/plans.ts';

type Rule = { learningRate: number } & (
  | { op: 'sgd'; momentum?: number; nesterov?: boolean; weightDecay?: number }
  | { op: 'adam' | 'adamw'; weightDecay?: number }
);

/** A rule with its options, by clipped gradients or not. */
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

/** Ends within a vector, on one, and before the first is full. */
export const TRAINED_SHAPES = { weight: [37, 61], bias: [64], scale: [3] } as const;

type Trained = Readonly<Record<keyof typeof TRAINED_SHAPES, Tensor>>;

/** The parameters after these steps. */
export function train({ rule, step }: Training, parameters: Trained, gradients: readonly Trained[]): Trained {
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

function hostOf(name: string) {
  const { weight, bias, scale } = TRAINED_SHAPES;
  return {
    weight: normal(`${name} weight`, weight),
    bias: normal(`${name} bias`, bias),
    scale: normal(`${name} scale`, scale),
  };
}

type HostTrained = ReturnType<typeof hostOf>;

function mapAll<T>({ weight, bias, scale }: HostTrained, of: (x: HostTrained['weight']) => T) {
  return { weight: of(weight), bias: of(bias), scale: of(scale) };
}

function training(of: Training): Case {
  const start = once(() => hostOf('optimizer'));
  const gradients = once(() => Array.from({ length: STEPS }, (_, step) => hostOf(`optimizer ${step}`)));
  const { op, ...options } = of.rule;
  return defineCase({
    op,
    name: of.name,
    quick: of.quick,
    plans: ALIGNED_OR_NOT,
    run: (upload) =>
      train(
        of,
        mapAll(start(), upload),
        gradients().map((step) => mapAll(step, upload)),
      ),
    compute: (library) => {
      const steps = gradients().map((step) => Object.values(step));
      const [weight, bias, scale] = library[op](Object.values(start()), steps, { ...options, ...of.step });
      return { weight: weight!, bias: bias!, scale: scale! };
    },
    // Where a parameter was, and what moves it: Adam by the rate a step, SGD by gradients and what momentum makes of them.
    floors: () => mapAll(start(), (x) => Float64Array.from(x.data, (p) => Math.abs(p) + STEPS * options.learningRate)),
  });
}

/** Gradients above the norm, below it, and where squares overflow or vanish. */
function clipping(name: string, scale: number, maxNorm: number): Case {
  const gradients = once(() => mapAll(hostOf(`clip ${name}`), (x) => map(x, (value) => scale * value)));
  return defineCase({
    op: 'clipByGlobalNorm',
    name,
    quick: true,
    plans: ALIGNED_OR_NOT,
    run: (upload) => {
      const clipped = ops.clipByGlobalNorm(mapAll(gradients(), upload), maxNorm);
      return { norm: clipped.norm, ...clipped.gradients };
    },
    compute: (library) => {
      const clipped = library.clipByGlobalNorm(Object.values(gradients()), maxNorm);
      const [weight, bias, last] = clipped.gradients;
      return { norm: { data: [clipped.norm] }, weight: weight!, bias: bias!, scale: last! };
    },
  });
}

export function optimizerCases(): Case[] {
  return [
    ...TRAININGS.map(training),
    clipping('above the norm', 1, 3),
    clipping('below the norm', 1, 1e3),
    clipping('above the norm, of 1e30', 1e30, 1e25),
  ];
}

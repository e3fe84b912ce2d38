import * as ops from '../../index.ts';
import type { ClassLossOptions } from '../../ops/class_targets.ts';
import type { ClassLossOptions as ReferenceOptions } from '../../reference/index.ts';
import * as reference from '../../reference/index.ts';
import {
  type Case,
  type CaseSpec,
  defineCase,
  type HostTensor,
  type Limit,
  type Upload,
  type Values,
} from '../suite/case.ts';
import type { FloatType } from '../suite/half.ts';
import { relativeWithin } from '../suite/limits.ts';

/** A loss over classes: rows x, what they are compared with, and the options, whose weight is on the host. */
export interface LossInput extends Pick<CaseSpec, 'name'>, Partial<Pick<CaseSpec, 'quick' | 'plans'>> {
  /** Of x, and so of the gradient. Losses are f32. */
  readonly dtype: FloatType;
  readonly x: () => HostTensor;
  readonly targets: () => HostTensor;
  readonly options: ReferenceOptions;
  readonly weight?: HostTensor;
  /** The gradient of the loss. */
  readonly upstream?: HostTensor;
}

/** How a gradient is asked for that comes with its loss. */
export interface WithGradient {
  readonly inPlace?: boolean;
  readonly scale?: number;
}

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
/** The bound on hard labels. */
const HARD_LABEL = relativeWithin(1e-4, TINY);

function withTensors(upload: Upload, { options, weight }: LossInput): ClassLossOptions {
  const { weight: _, ...rest } = options;
  return { ...rest, ...(weight && { weight: upload(weight) }) } as ClassLossOptions;
}

const withUpstream = (upload: Upload, input: LossInput) => ({
  ...withTensors(upload, input),
  ...(input.upstream && { upstream: upload(input.upstream) }),
});

const onHost = ({ options, weight }: LossInput): ReferenceOptions => ({ ...options, ...(weight && { weight }) });

const isHard = ({ targets, options }: LossInput) =>
  targets().data instanceof Int32Array && !(options.labelSmoothing ?? 0);

/** What a case has of its input; `gradient` where it has one as a result. */
const restOf = ({ name, quick, plans, dtype }: LossInput, gradient = false) => ({
  name,
  dtype,
  halves: gradient && dtype === 'f16' ? ['gradient'] : [],
  ...(quick !== undefined && { quick }),
  ...(plans && { plans }),
});

/** The bound, which halves cannot keep. */
const gradientLimits = (input: LossInput): Limit[] => (isHard(input) && input.dtype === 'f32' ? [HARD_LABEL] : []);

/** Σ_c q_c·by(x_c), reduced as the loss is: what the terms of a loss add up to in size. */
function sizes(input: LossInput, by: (x: number) => number): Float64Array {
  const x = input.x();
  const values = { shape: x.shape, data: Float64Array.from(x.data, (value) => -by(value)) };
  return reference.nllLoss(values, input.targets(), onHost(input)).data;
}

/** Σ q, reduced: -log p of a class is known to an ulp of 1, as log S is, and of itself. */
const weights = (input: LossInput) => sizes(input, () => 1);

/** (p_c·Σq + q_c)·|factor| by element: the two terms of the gradient, which cancel where the model is right. */
function gradientSizes(input: LossInput, gradient: Float64Array, scale = 1): Float64Array {
  const options = { ...onHost(input), ...(input.upstream && { upstream: input.upstream }) };
  const ofTargets = reference.nllLossBackward(input.x(), input.targets(), options).data;
  return gradient.map((dx, i) => Math.max(TINY, Math.abs(dx - 2 * scale * (ofTargets[i] as number))));
}

export function crossEntropyCases(input: LossInput): Case[] {
  return [crossEntropyForward(input), crossEntropyBackward(input), withGradient(input)];
}

export function crossEntropyForward(input: LossInput): Case {
  const { x, targets } = input;
  return defineCase({
    ...restOf(input),
    op: 'crossEntropy',
    run: (upload) => ({
      loss: ops.crossEntropy(upload(x()), upload(targets()), withTensors(upload, input)),
    }),
    compute: (library) => ({ loss: library.crossEntropy(x(), targets(), onHost(input)) }),
    floors: () => ({ loss: weights(input) }),
    limits: { loss: isHard(input) ? [HARD_LABEL] : [] },
  });
}

export function crossEntropyBackward(input: LossInput): Case {
  const { x, targets } = input;
  const upstream = input.upstream && { upstream: input.upstream };
  return defineCase({
    ...restOf(input, true),
    op: 'crossEntropyBackward',
    run: (upload) => ({
      gradient: ops.crossEntropyBackward(upload(x()), upload(targets()), withUpstream(upload, input)),
    }),
    compute: (library) => ({
      gradient: library.crossEntropyBackward(x(), targets(), { ...onHost(input), ...upstream }),
    }),
    floors: ({ gradient }) => ({ gradient: gradientSizes(input, gradient as Float64Array) }),
    limits: { gradient: gradientLimits(input) },
  });
}

/** Loss and gradient together, whatever the input's upstream. */
export function withGradient(input: LossInput, { inPlace = false, scale = 1 }: WithGradient = {}): Case {
  const { x, targets } = input;
  const { upstream: _, ...alone } = input;
  const words = [input.name, inPlace && 'in place', scale !== 1 && `scale ${scale}`].filter(Boolean);
  return defineCase({
    ...restOf(input, true),
    op: 'crossEntropyWithGradient',
    name: words.join(', '),
    run: (upload) => {
      const options = { ...withTensors(upload, input), inPlace, scale };
      return ops.crossEntropyWithGradient(upload(x()), upload(targets()), options);
    },
    compute: (library) => library.crossEntropyWithGradient(x(), targets(), { ...onHost(input), scale }),
    floors: ({ gradient }: Values) => ({
      loss: weights(alone),
      gradient: gradientSizes(alone, gradient as Float64Array, scale),
    }),
    limits: { loss: isHard(input) ? [HARD_LABEL] : [], gradient: gradientLimits(input) },
  });
}

export function nllLossCases(input: LossInput): Case[] {
  return [nllLossForward(input), nllLossBackward(input)];
}

export function nllLossForward(input: LossInput): Case {
  const { x, targets } = input;
  return defineCase({
    ...restOf(input),
    op: 'nllLoss',
    run: (upload) => ({
      loss: ops.nllLoss(upload(x()), upload(targets()), withTensors(upload, input)),
    }),
    compute: (library) => ({ loss: library.nllLoss(x(), targets(), onHost(input)) }),
    // Log-probabilities may have either sign, as other numbers do.
    floors: () => ({
      loss: sizes(input, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)).map((size) =>
        // A mean over nothing has no size.
        size > TINY ? size : TINY,
      ),
    }),
  });
}

export function nllLossBackward(input: LossInput): Case {
  const { x, targets } = input;
  const upstream = input.upstream && { upstream: input.upstream };
  return defineCase({
    ...restOf(input, true),
    op: 'nllLossBackward',
    run: (upload) => ({
      gradient: ops.nllLossBackward(upload(x()), upload(targets()), withUpstream(upload, input)),
    }),
    compute: (library) => ({ gradient: library.nllLossBackward(x(), targets(), { ...onHost(input), ...upstream }) }),
    floors: () => ({ gradient: TINY }),
  });
}

export function crossEntropyOfProbabilitiesCase(input: LossInput): Case {
  const { x, targets } = input;
  return defineCase({
    ...restOf(input),
    op: 'crossEntropyOfProbabilities',
    run: (upload) => ({
      loss: ops.crossEntropyOfProbabilities(upload(x()), upload(targets()), withTensors(upload, input)),
    }),
    compute: (library) => ({ loss: library.crossEntropyOfProbabilities(x(), targets(), onHost(input)) }),
    // All terms are at least 0: nothing cancels.
    floors: () => ({ loss: TINY }),
  });
}

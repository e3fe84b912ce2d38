import * as ops from '../../../index.ts';
import type { ClassLossOptions } from '../../../ops/class_targets.ts';
import type { ClassLossOptions as ReferenceOptions } from '../../../reference/index.ts';
import * as reference from '../../../reference/index.ts';
import { type Case, type CaseSpec, defineCase, type HostTensor, type Upload, type Values } from '../case.ts';
import { relativeWithin } from '../limits.ts';

/** A loss over classes: rows x, what they are compared with, and the options, whose weight is on the host. */
export interface LossInput extends Pick<CaseSpec, 'name'>, Partial<Pick<CaseSpec, 'quick' | 'plans'>> {
  readonly x: () => HostTensor;
  readonly targets: () => HostTensor;
  readonly options: ReferenceOptions;
  readonly weight?: HostTensor;
  /** The gradient of the loss. */
  readonly upstream?: HostTensor;
}

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
/** The bound on hard labels. */
const HARD_LABEL = relativeWithin(1e-4, TINY);

function withTensors(upload: Upload, { options, weight }: LossInput): ClassLossOptions {
  const { weight: _, ...rest } = options;
  return { ...rest, ...(weight && { weight: upload(weight) }) } as ClassLossOptions;
}

const onHost = ({ options, weight }: LossInput): ReferenceOptions => ({ ...options, ...(weight && { weight }) });

const isHard = ({ targets, options }: LossInput) =>
  targets().data instanceof Int32Array && !(options.labelSmoothing ?? 0);

const restOf = ({ name, quick, plans }: LossInput) => ({
  name,
  ...(quick !== undefined && { quick }),
  ...(plans && { plans }),
});

/** Σ_c q_c·by(x_c), reduced as the loss is: what the terms of a loss add up to in size. */
function sizes(input: LossInput, by: (x: number) => number): Float64Array {
  const x = input.x();
  const values = { shape: x.shape, data: Float64Array.from(x.data, (value) => -by(value)) };
  return reference.nllLoss(values, input.targets(), onHost(input)).data;
}

/** Σ q, reduced: -log p of a class is known to an ulp of 1, as log S is, and of itself. */
const weights = (input: LossInput) => sizes(input, () => 1);

/** (p_c·Σq + q_c)·|factor| by element: the two terms of the gradient, which cancel where the model is right. */
function gradientSizes(input: LossInput, gradient: Float64Array): Float64Array {
  const options = { ...onHost(input), ...(input.upstream && { upstream: input.upstream }) };
  const ofTargets = reference.nllLossBackward(input.x(), input.targets(), options).data;
  return gradient.map((dx, i) => Math.max(TINY, Math.abs(dx - 2 * (ofTargets[i] as number))));
}

export function crossEntropyCases(input: LossInput): Case[] {
  const { x, targets } = input;
  const lossLimits = isHard(input) ? [HARD_LABEL] : [];
  const upstream = input.upstream && { upstream: input.upstream };
  const forward = defineCase({
    ...restOf(input),
    op: 'crossEntropy',
    run: (upload) => ({
      loss: ops.crossEntropy(upload(x()), upload(targets()), withTensors(upload, input)),
    }),
    compute: (library) => ({ loss: library.crossEntropy(x(), targets(), onHost(input)) }),
    floors: () => ({ loss: weights(input) }),
    limits: { loss: lossLimits },
  });
  const backward = defineCase({
    ...restOf(input),
    op: 'crossEntropyBackward',
    run: (upload) => {
      const options = {
        ...withTensors(upload, input),
        ...(input.upstream && { upstream: upload(input.upstream) }),
      };
      return { gradient: ops.crossEntropyBackward(upload(x()), upload(targets()), options) };
    },
    compute: (library) => ({
      gradient: library.crossEntropyBackward(x(), targets(), { ...onHost(input), ...upstream }),
    }),
    floors: ({ gradient }) => ({ gradient: gradientSizes(input, gradient as Float64Array) }),
    limits: { gradient: lossLimits },
  });
  return [forward, backward, withGradient(input)];
}

/** Loss and gradient together: every other case in place. */
export function withGradient(input: LossInput, inPlace = false): Case {
  const { x, targets } = input;
  const hard = isHard(input) ? [HARD_LABEL] : [];
  const ofLoss = { ...input };
  delete (ofLoss as { upstream?: unknown }).upstream;
  return defineCase({
    ...restOf(input),
    op: 'crossEntropyWithGradient',
    name: inPlace ? `${input.name}, in place` : input.name,
    run: (upload) => {
      const options = { ...withTensors(upload, input), inPlace };
      return ops.crossEntropyWithGradient(upload(x()), upload(targets()), options);
    },
    compute: (library) => library.crossEntropyWithGradient(x(), targets(), onHost(input)),
    floors: ({ gradient }: Values) => ({
      loss: weights(ofLoss),
      gradient: gradientSizes(ofLoss, gradient as Float64Array),
    }),
    limits: { loss: hard, gradient: hard },
  });
}

export function nllLossCases(input: LossInput): Case[] {
  const { x, targets } = input;
  const upstream = input.upstream && { upstream: input.upstream };
  const forward = defineCase({
    ...restOf(input),
    op: 'nllLoss',
    run: (upload) => ({
      loss: ops.nllLoss(upload(x()), upload(targets()), withTensors(upload, input)),
    }),
    compute: (library) => ({ loss: library.nllLoss(x(), targets(), onHost(input)) }),
    // Log-probabilities may have either sign, as other numbers do.
    floors: () => ({ loss: sizes(input, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)) }),
  });
  const backward = defineCase({
    ...restOf(input),
    op: 'nllLossBackward',
    run: (upload) => {
      const options = {
        ...withTensors(upload, input),
        ...(input.upstream && { upstream: upload(input.upstream) }),
      };
      return { gradient: ops.nllLossBackward(upload(x()), upload(targets()), options) };
    },
    compute: (library) => ({ gradient: library.nllLossBackward(x(), targets(), { ...onHost(input), ...upstream }) }),
    floors: () => ({ gradient: TINY }),
  });
  return [forward, backward];
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

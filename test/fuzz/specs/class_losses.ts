import fc from 'fast-check';
import type { ClassLossOptions } from '../../../src/reference/index.ts';
import * as reference from '../../../src/reference/index.ts';
import type { Call, HostInput, HostInputs, Op, Options } from '../call.ts';
import { direct } from '../direct.ts';
import { axes, axisOf, filled, inputsOf, looks, optionsOf, perhaps, seldom, styleOf } from '../draws.ts';
import { values } from '../values.ts';

const TINY = 1e-30;

/** -Σ_c q_c·of(x_c), reduced as the loss is. */
function weighed({ x, targets, ...rest }: HostInputs, options: Options, of: (value: number) => number): Float64Array {
  const { shape, data } = x as HostInput;
  const values = { shape, data: Float64Array.from(data as Float32Array, of) };
  return reference.nllLoss(values, targets as HostInput, { ...options, ...rest } as ClassLossOptions).data;
}

/** Σ q, reduced: -log p of a class is known to an ulp of 1, and of itself. */
const weights = ({ upstream: _, ...inputs }: HostInputs, options: Options) => weighed(inputs, options, () => -1);

/** (p_c·Σq + q_c)·|factor| by element: the two terms of the gradient, which cancel where the model is right. */
function gradientSizes({ x, targets, ...rest }: HostInputs, options: Options, gradient: Float64Array): Float64Array {
  const all = { ...options, ...rest } as ClassLossOptions;
  const ofTargets = reference.nllLossBackward(x as HostInput, targets as HostInput, all).data;
  return gradient.map((dx, i) => Math.max(TINY, Math.abs(dx - 2 * (ofTargets[i] as number))));
}

const own = (inputs: HostInputs) => (inputs.x as HostInput).dtype;

export const CLASS_LOSSES: Readonly<Record<string, Op>> = {
  crossEntropy: direct('crossEntropy', ['x', 'targets'], {
    dtype: () => 'f32',
    floors: (inputs, options) => ({ y: weights(inputs, options) }),
  }),
  crossEntropyBackward: direct('crossEntropyBackward', ['x', 'targets'], {
    dtype: own,
    floors: (inputs, options, { y }) => ({ y: gradientSizes(inputs, options, y as Float64Array) }),
  }),
  crossEntropyWithGradient: direct('crossEntropyWithGradient', ['x', 'targets'], {
    dtype: (inputs) => ({ loss: 'f32', gradient: own(inputs) }),
    floors: (inputs, options, { gradient }) => ({
      loss: weights(inputs, options),
      gradient: gradientSizes(inputs, options, gradient as Float64Array),
    }),
    writes: ({ inPlace }) => (inPlace ? ['x'] : []),
  }),
  nllLoss: direct('nllLoss', ['x', 'targets'], {
    dtype: () => 'f32',
    floors: (inputs, options) => ({
      y: weighed(inputs, options, (value) => (Number.isFinite(value) ? -Math.abs(value) : 0)),
    }),
  }),
  nllLossBackward: direct('nllLossBackward', ['x', 'targets'], { dtype: own, floors: () => ({ y: TINY }) }),
  crossEntropyOfProbabilities: direct('crossEntropyOfProbabilities', ['x', 'targets'], {
    dtype: () => 'f32',
    floors: () => ({ y: TINY }),
  }),
  classificationError: direct('classificationError', ['x', 'targets'], { dtype: () => 'f32' }),
};

/** What a kernel is linked for. */
const STYLES = [
  { soft: false, weight: false, upstream: false, smoothing: false },
  { soft: false, weight: true, upstream: true, smoothing: false },
  { soft: true, weight: false, upstream: true, smoothing: false },
  { soft: false, weight: true, upstream: false, smoothing: true },
  { soft: true, weight: true, upstream: false, smoothing: true },
];
const NAMES = Object.keys(CLASS_LOSSES);

export const classLossCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom(...NAMES),
    look: looks,
    x: filled('any', { min: 1 }),
    p: values('probability'),
    logP: values('logProbability'),
    soft: values('unit'),
    seed: fc.nat(1e6),
    axis: perhaps(axes),
    labelType: fc.constantFrom('i32', 'u32'),
    weight: values('weight'),
    upstream: values('finite'),
    style: fc.nat(19),
    reduction: perhaps(fc.constantFrom('mean', 'sum', 'none')),
    ignoreIndex: perhaps(fc.constantFrom(-100, 0, 1, -7, 2 ** 31 - 1)),
    labelSmoothing: fc.constantFrom(0.125, 0.1, 1, 0),
    emptyReduction: perhaps(fc.constantFrom('nan', 'zero')),
    inPlace: perhaps(fc.boolean()),
    scale: seldom(fc.constantFrom(1, 65536, -0.5, 0)),
  })
  .map((drawn) => {
    const { op, look, seed, labelType, inPlace, scale } = drawn;
    const style = styleOf(look, STYLES, drawn.style);
    const soft = style.soft ? drawn.soft : undefined;
    const weight = style.weight ? drawn.weight : undefined;
    const upstream = style.upstream ? drawn.upstream : undefined;
    const rank = drawn.x.shape.length;
    const axis = drawn.axis && axisOf(drawn.axis, rank);
    const along = axis ?? (rank > 1 ? 1 : 0);
    const classes = Math.max(1, drawn.x.shape.at(along) as number);
    const shape = drawn.x.shape.with(along, classes);
    const rows = shape.toSpliced(along, 1);
    const counts = op !== 'classificationError';
    const reduction = drawn.reduction;
    const ignoreIndex = soft || !counts ? undefined : drawn.ignoreIndex;
    // What no label of the dtype can be stays away from the labels.
    const ignored =
      soft || !counts || (labelType === 'u32' && (ignoreIndex ?? -100) < 0) ? undefined : (ignoreIndex ?? -100);
    const labels = {
      kind: 'labels',
      seed,
      planted: [],
      below: classes,
      ...(ignored !== undefined && { ignored }),
    } as const;
    const { kind } = { kind: op };
    const ofX = kind === 'crossEntropyOfProbabilities' ? drawn.p : kind.startsWith('nll') ? drawn.logP : drawn.x.values;
    const inputs = inputsOf(look, {
      x: { shape, values: ofX },
      targets: soft ? { shape, values: soft } : { shape: rows, values: labels, dtype: labelType as 'i32' },
      weight: counts && weight ? { shape: [classes], values: weight } : undefined,
      upstream:
        op.endsWith('Backward') && upstream
          ? { shape: reduction === 'none' ? rows : [], values: upstream, dtype: 'f32' }
          : undefined,
    });
    const { emptyReduction } = drawn;
    const labelSmoothing = style.smoothing ? drawn.labelSmoothing : undefined;
    const options = counts
      ? {
          axis,
          reduction,
          ignoreIndex,
          labelSmoothing,
          emptyReduction,
          ...(op.endsWith('WithGradient') && { inPlace, scale }),
        }
      : { axis };
    return { op, machine: look.machine, inputs, options: optionsOf(options) };
  });

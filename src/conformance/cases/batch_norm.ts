import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import {
  type Case,
  type CaseSpec,
  defineCase,
  type HostTensor,
  type Library,
  once,
  type Upload,
} from '../suite/case.ts';
import { type Floats, normal, uniform } from '../suite/data.ts';
import { as } from '../suite/half.ts';
import { within } from '../suite/limits.ts';
import { type BatchInput, channelMeans, channelOf, channelsIn } from './batch_norm_inputs.ts';
import { meanFloor, mergingCases, statistics } from './batch_norm_stats.ts';

const EPSILON = 1e-5;

type Named = Readonly<Record<string, Floats>>;

/** What is given of the names, stored as the input is. */
function stored({ dtype }: BatchInput, from: Named, names: readonly string[]): Named {
  return Object.fromEntries(names.map((name) => [name, as(dtype, from[name] as Floats) as Floats]));
}

function affine(input: BatchInput): { gamma?: Floats; beta?: Floats } {
  const channels = [channelsIn(input)];
  const { affine: names } = input.told;
  const [gamma, beta] = [uniform(`${input.name} gamma`, channels, 0.5, 2), normal(`${input.name} beta`, channels)];
  return stored(input, { gamma, beta }, names);
}

/** Running statistics before training. */
function runningOf(input: BatchInput): Named {
  const channels = [channelsIn(input)];
  const runningMean = normal(`${input.name} running`, channels);
  const runningVariance = uniform(`${input.name} spread`, channels, 0.5, 2);
  return stored(input, { runningMean, runningVariance }, input.told.running);
}

/** γ and β of an element, as they are where they are not given. */
function affineAt(input: BatchInput): (i: number) => { gamma: number; beta: number } {
  const channel = channelOf(input);
  const { gamma, beta } = affine(input);
  return (i) => ({ gamma: gamma?.data[channel(i)] ?? 1, beta: beta?.data[channel(i)] ?? 0 });
}

/** Σ of what the affine map adds up: (1 + |x̂|)·|γ| + |β|. */
function affineSizes(input: BatchInput, xHat: (i: number) => number): Float64Array {
  const at = affineAt(input);
  return Float64Array.from(input.x().data, (_, i) => {
    const { gamma, beta } = at(i);
    return (1 + Math.abs(xHat(i))) * Math.abs(gamma) + Math.abs(beta);
  });
}

/** x̂ from y. */
function xHatOf(input: BatchInput, y: Float64Array): (i: number) => number {
  const at = affineAt(input);
  return (i) => {
    const { gamma, beta } = at(i);
    return ((y[i] as number) - beta) / gamma;
  };
}

/** The same batch without an activation: x̂ cannot be told from what relu leaves of y. */
const plain = (input: BatchInput): BatchInput => ({ ...input, told: { ...input.told, activation: 'none' } });

/** The batch whose statistics are given. */
const otherOf = ({ name, shape, dtype }: BatchInput) => as(dtype, normal(`${name} other`, shape, 1, 1.5));

function trainOn(
  library: Library,
  input: BatchInput,
  running: Record<string, { shape: readonly number[]; data: Float64Array }> = {},
) {
  const { x, channelAxis, told } = input;
  const { momentum, runningVarianceKind, given, activation } = told;
  const stats = given && { stats: library.batchNormStats(otherOf(input) as Floats, { channelAxis }) };
  const common = { channelAxis, momentum, runningVarianceKind, activation };
  const options = { ...common, epsilon: EPSILON, ...affine(input), ...running };
  return library.batchNormTrain(x(), { ...options, ...stats });
}

function uploadAll<T extends Readonly<Record<string, HostTensor>>>(upload: Upload, tensors: T) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, upload(tensor)]));
}

function trainOnGpu(
  upload: Upload,
  input: BatchInput,
  x: ReturnType<Upload>,
  running: Record<string, ReturnType<Upload>> = {},
) {
  const { channelAxis, told } = input;
  const { momentum, runningVarianceKind, given, activation } = told;
  const stats = given && { stats: ops.batchNormStats(upload(otherOf(input)), { channelAxis }) };
  const common = { channelAxis, momentum, runningVarianceKind, activation };
  const options = { ...common, ...uploadAll(upload, affine(input)), ...running };
  return ops.batchNormTrain(x, { ...options, ...stats });
}

function commonOf(
  { name, quick, plans, dtype }: BatchInput,
  results: readonly string[],
): Pick<CaseSpec, 'name' | 'quick' | 'plans' | 'dtype' | 'halves'> {
  return { name, quick, plans, dtype, halves: dtype === 'f16' ? results : [] };
}

function training(input: BatchInput): Case {
  const { told, dtype } = input;
  const running = once(() => runningOf(input));
  const sizes = once(() => affineSizes(input, xHatOf(input, trainOn(reference, plain(input)).y.data)));
  const old = (name: string, c: number) => Math.abs(running()[name]?.data[c] ?? 0);
  const limit = within('1e-6·((1 + |x̂|)·|γ| + |β|)', (_, i) => 1e-6 * (sizes()[i] as number));
  return defineCase({
    ...commonOf(input, ['y', ...told.running]),
    op: 'batchNormTrain',
    run: (upload) => {
      const moved = uploadAll(upload, running());
      return { y: trainOnGpu(upload, input, upload(input.x()), moved).y, ...moved };
    },
    compute: (library) => {
      const moved = Object.fromEntries(
        Object.entries(running()).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
      );
      return { y: trainOn(library, input, moved).y, ...moved };
    },
    floors: () => {
      const means = meanFloor(input);
      const { momentum } = told;
      const runningMean = means.map((size, c) => size * momentum + old('runningMean', c));
      const floors = { runningMean, runningVariance: 0 };
      return { y: sizes(), ...Object.fromEntries(told.running.map((name) => [name, floors[name]])) };
    },
    limits: dtype === 'f32' ? { y: [limit] } : {},
  });
}

function inference(input: BatchInput): Case {
  const { x, channelAxis, name, told } = input;
  const { activation } = told;
  const own = once(() => affine(input));
  const given = once(() => {
    const channels = [channelsIn(input)];
    const statistics = {
      mean: normal(`${name} mean`, channels),
      variance: uniform(`${name} variance`, channels, 0.5, 2),
    };
    return stored(input, statistics, ['mean', 'variance']) as { mean: Floats; variance: Floats };
  });
  return defineCase({
    ...commonOf(input, ['y']),
    op: 'batchNormInference',
    run: (upload) => {
      const statistics = { mean: upload(given().mean), variance: upload(given().variance) };
      const options = { channelAxis, activation, ...statistics, ...uploadAll(upload, own()) };
      return { y: ops.batchNormInference(upload(x()), options) };
    },
    compute: (library) => ({ y: library.batchNormInference(x(), { channelAxis, activation, ...given(), ...own() }) }),
    floors: () => {
      const { data } = reference.batchNormInference(x(), { channelAxis, ...given(), ...own() });
      return { y: affineSizes(input, xHatOf(input, data)) };
    },
  });
}

function backward(input: BatchInput): Case {
  const { x, channelAxis, name, dtype, told } = input;
  const { activation } = told;
  const own = once(() => affine(input));
  const dy = once(() => as(dtype, normal(`${name} dy`, x().shape)) as Floats);
  return defineCase({
    ...commonOf(input, told.affine.includes('gamma') ? ['dx', 'dGamma', 'dBeta'] : ['dx']),
    op: 'batchNormBackward',
    run: (upload) => {
      const xs = upload(x());
      const { saved } = trainOnGpu(upload, input, xs);
      return ops.batchNormBackward(xs, upload(dy()), saved, { channelAxis, activation, ...uploadAll(upload, own()) });
    },
    compute: (library) => {
      const { saved } = trainOn(library, input);
      return library.batchNormBackward(x(), dy(), saved, { channelAxis, activation, ...own() });
    },
    // dx = γ·rstd·(dy - (dβ + x̂·dγ)/n): the sizes of the terms, sums by the sizes of theirs. An x̂ is known to an ulp of 1.
    floors: () => {
      const { y, saved } = trainOn(reference, plain(input));
      const xHat = xHatOf(input, y.data);
      const channel = channelOf(input);
      const at = affineAt(input);
      const size = (i: number) => Math.abs(dy().data[i]!);
      const meanDy = channelMeans(input, size);
      const meanDyXHat = channelMeans(input, (i) => size(i) * (1 + Math.abs(xHat(i))));
      const dx = Float64Array.from(x().data, (_, i) => {
        const c = channel(i);
        const inner = size(i) + meanDy[c]! + (1 + Math.abs(xHat(i))) * meanDyXHat[c]!;
        return Math.abs(at(i).gamma) * saved.rstd.data[c]! * inner;
      });
      return {
        dx,
        dGamma: meanDyXHat.map((mean) => mean * saved.count),
        dBeta: meanDy.map((mean) => mean * saved.count),
      };
    },
  });
}

/** Batch-norm, forward and backward. */
export function batchNormCases(inputs: readonly BatchInput[]): Case[] {
  const cases = inputs.flatMap((input) => {
    // γ·rstd is 316 where the variance is 0: what is left of dx there is rounding, and no gradient.
    const forward = [statistics(input), training(input), inference(input)];
    return input.constant ? forward : [...forward, backward(input)];
  });
  return [...cases, ...mergingCases()];
}

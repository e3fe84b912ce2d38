import * as ops from '../../../index.ts';
import * as reference from '../../../reference/index.ts';
import { type Case, defineCase, type Library, once, type Upload } from '../case.ts';
import { type Floats, normal, uniform } from '../data.ts';
import { within } from '../limits.ts';
import { type BatchInput, channelMeans, channelOf, channelsIn } from './batch_norm_inputs.ts';
import { meanFloor, mergingCases, statistics } from './batch_norm_stats.ts';

const EPSILON = 1e-5;
/** Σ of what the affine map adds up: (1 + |x̂|)·|γ| + |β|. */
function affineSizes(input: BatchInput, xHat: (i: number) => number): Float64Array {
  const channel = channelOf(input);
  const { gamma, beta } = affine(input);
  return Float64Array.from(input.x().data, (_, i) => {
    const c = channel(i);
    return (1 + Math.abs(xHat(i))) * Math.abs(gamma.data[c]!) + Math.abs(beta.data[c]!);
  });
}

function affine(input: BatchInput): { gamma: Floats; beta: Floats } {
  const channels = [channelsIn(input)];
  return { gamma: uniform(`${input.name} gamma`, channels, 0.5, 2), beta: normal(`${input.name} beta`, channels) };
}

/** x̂ from y. */
function xHatOf(input: BatchInput, y: Float64Array): (i: number) => number {
  const channel = channelOf(input);
  const { gamma, beta } = affine(input);
  return (i) => ((y[i] as number) - beta.data[channel(i)]!) / gamma.data[channel(i)]!;
}

function training(input: BatchInput): Case {
  const { x, channelAxis, name, quick, plans } = input;
  const own = once(() => affine(input));
  const channels = [channelsIn(input)];
  const running = once(() => ({
    mean: normal(`${name} running`, channels),
    variance: uniform(`${name} spread`, channels, 0.5, 2),
  }));
  const sizes = once(() => affineSizes(input, xHatOf(input, trainOn(reference, x(), channelAxis, own()).y.data)));
  return defineCase({
    op: 'batchNormTrain',
    name,
    quick,
    plans,
    run: (upload) => {
      const runningMean = upload(running().mean);
      const runningVariance = upload(running().variance);
      const options = { channelAxis, ...uploadAll(upload, own()), runningMean, runningVariance, momentum: 0.1 };
      const { y } = ops.batchNormTrain(upload(x()), options);
      return { y, runningMean, runningVariance };
    },
    compute: (library) => {
      const runningMean = { shape: channels, data: Float64Array.from(running().mean.data) };
      const runningVariance = { shape: channels, data: Float64Array.from(running().variance.data) };
      const { y } = library.batchNormTrain(x(), {
        channelAxis,
        ...own(),
        runningMean,
        runningVariance,
        epsilon: EPSILON,
      });
      return { y, runningMean, runningVariance };
    },
    floors: () => ({
      y: sizes(),
      runningMean: meanFloor(input).map((size, c) => size * 0.1 + Math.abs(running().mean.data[c]!)),
    }),
    limits: { y: [within('1e-6·((1 + |x̂|)·|γ| + |β|)', (_, i) => 1e-6 * (sizes()[i] as number))] },
  });
}

function trainOn(library: Library, x: Floats, channelAxis: number, own: { gamma: Floats; beta: Floats }) {
  return library.batchNormTrain(x, { channelAxis, ...own, epsilon: EPSILON });
}

function uploadAll(upload: Upload, { gamma, beta }: { gamma: Floats; beta: Floats }) {
  return { gamma: upload(gamma), beta: upload(beta) };
}

function inference(input: BatchInput): Case {
  const { x, channelAxis, name, quick, plans } = input;
  const own = once(() => affine(input));
  const given = once(() => {
    const channels = [channelsIn(input)];
    return { mean: normal(`${name} mean`, channels), variance: uniform(`${name} variance`, channels, 0.5, 2) };
  });
  return defineCase({
    op: 'batchNormInference',
    name,
    quick,
    plans,
    run: (upload) => {
      const statistics = { mean: upload(given().mean), variance: upload(given().variance) };
      return {
        y: ops.batchNormInference(upload(x()), { channelAxis, ...statistics, ...uploadAll(upload, own()) }),
      };
    },
    compute: (library) => ({ y: library.batchNormInference(x(), { channelAxis, ...given(), ...own() }) }),
    floors: ({ y }) => ({ y: affineSizes(input, xHatOf(input, y as Float64Array)) }),
  });
}

function backward(input: BatchInput): Case {
  const { x, channelAxis, name, quick, plans } = input;
  const own = once(() => affine(input));
  const dy = once(() => normal(`${name} dy`, x().shape));
  return defineCase({
    op: 'batchNormBackward',
    name,
    quick,
    plans,
    run: (upload) => {
      const xs = upload(x());
      const { gamma, beta } = uploadAll(upload, own());
      const { saved } = ops.batchNormTrain(xs, { channelAxis, gamma, beta });
      return ops.batchNormBackward(xs, upload(dy()), saved, { channelAxis, gamma });
    },
    compute: (library) => {
      const { saved } = trainOn(library, x(), channelAxis, own());
      return library.batchNormBackward(x(), dy(), saved, { channelAxis, gamma: own().gamma });
    },
    // dx = γ·rstd·(dy - (dβ + x̂·dγ)/n): the sizes of the terms, sums by the sizes of theirs. An x̂ is known to an ulp of 1.
    floors: () => {
      const { gamma } = own();
      const { y, saved } = trainOn(reference, x(), channelAxis, own());
      const xHat = xHatOf(input, y.data);
      const channel = channelOf(input);
      const size = (i: number) => Math.abs(dy().data[i]!);
      const meanDy = channelMeans(input, size);
      const meanDyXHat = channelMeans(input, (i) => size(i) * (1 + Math.abs(xHat(i))));
      const dx = Float64Array.from(x().data, (_, i) => {
        const c = channel(i);
        const inner = size(i) + meanDy[c]! + (1 + Math.abs(xHat(i))) * meanDyXHat[c]!;
        return Math.abs(gamma.data[c]!) * saved.rstd.data[c]! * inner;
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

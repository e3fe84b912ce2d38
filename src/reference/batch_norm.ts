import { round, sumOf } from './arithmetic.ts';
import { readSlab, writeSlab } from './axis.ts';
import { type BatchNormStats, batchNormStats, type ChannelOptions } from './batch_norm_stats.ts';
import { type ChannelOp, channelOp, perChannel } from './channel_op.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf, vector } from './nd_array.ts';

/** The function applied to the normalized values. */
export type Activation = 'none' | 'relu';

/** A tensor that training updates in place. */
export interface RunningArray {
  shape: readonly number[];
  data: Float64Array | Float32Array | number[];
}

export interface BatchNormTrainOptions extends ChannelOptions {
  /** Scale of each channel, [C]. @default ones */
  gamma?: NdArray;
  /** Offset of each channel, [C]. @default zeros */
  beta?: NdArray;
  /** Running mean, [C]; updated in place. */
  runningMean?: RunningArray;
  /** Running variance, [C]; updated in place. */
  runningVariance?: RunningArray;
  /** The weight of the new statistics in the running ones; Keras and ONNX use 1 minus this. @default 0.1 */
  momentum?: number;
  /** Added to the variance. @default 1e-5 */
  epsilon?: number;
  /** Applied to y. @default 'none' */
  activation?: Activation;
  /**
   * The variance that updates the running one: M2/(n - 1) as in PyTorch, or M2/n as in ONNX and Keras. @default
   * 'unbiased'
   */
  runningVarianceKind?: 'unbiased' | 'biased';
  /** Statistics to normalize with, such as merged ones. @default those of x */
  stats?: BatchNormStats;
}

export interface BatchNormInferenceOptions extends ChannelOptions {
  /** [C] */
  mean: NdArray;
  /** [C] */
  variance: NdArray;
  /** Scale of each channel, [C]. @default ones */
  gamma?: NdArray;
  /** Offset of each channel, [C]. @default zeros */
  beta?: NdArray;
  /** Added to the variance. @default 1e-5 */
  epsilon?: number;
  /** Applied to y. @default 'none' */
  activation?: Activation;
}

export interface BatchNormBackwardOptions extends ChannelOptions {
  /** [C] @default ones */
  gamma?: NdArray;
  /** [C]; used only with an activation. @default zeros */
  beta?: NdArray;
  /** The activation of the forward pass. With 'relu', dy counts only where y > 0. @default 'none' */
  activation?: Activation;
  /** Σdy and Σdy·x̂ over all batches that the statistics cover, [2, C]. @default those of x and dy */
  sums?: NdArray;
}

/** Values that the backward pass needs from the forward pass. */
export interface BatchNormSaved {
  /** The number of elements per channel that the statistics cover. */
  count: number;
  /** [C] */
  mean: Float64NdArray;
  /** 1/√(variance + ε), [C] */
  rstd: Float64NdArray;
}

function reciprocalStd(variance: Float64Array, epsilon: number): Float64Array {
  return variance.map((v) => {
    const spread = round(v + round(epsilon));
    // An infinite variance has overflowed. x̂ = 0 would hide that.
    return Number.isFinite(spread) ? round(1 / round(Math.sqrt(spread))) : Number.NaN;
  });
}

/** ((x - mean)·rstd)·γ + β, activated; relu leaves NaN as it is. */
function normalize(
  op: ChannelOp,
  x: NdArray,
  mean: Float64Array,
  rstd: Float64Array,
  options: { gamma?: NdArray; beta?: NdArray; activation?: Activation },
): Float64NdArray {
  const { view } = op;
  const gamma = perChannel(op, 'gamma', options.gamma, 1);
  const beta = perChannel(op, 'beta', options.beta, 0);
  const values = valuesOf(op.name, 'x', x);
  const data = new Float64Array(values.length);
  for (let c = 0; c < view.length; c++) {
    const [m, s, g, b] = [mean[c]!, rstd[c]!, gamma[c]!, beta[c]!];
    const y = readSlab(values, view, c).map((value) => round(round(round(round(value - m) * s) * g) + b));
    writeSlab(data, view, c, options.activation === 'relu' ? y.map((value) => Math.max(value, 0)) : y);
  }
  return { shape: [...x.shape], data };
}

/**
 * Normalizes each channel by its statistics over the batch: y = (x - mean)/√(variance + ε)·γ + β (Ioffe & Szegedy,
 * arXiv 1502.03167). Updates the running statistics: running = (1 - momentum)·running + momentum·new.
 *
 * An empty batch gives an empty y and leaves the running statistics unchanged.
 *
 * @param x [N, C] or [N, C, ...]
 * @returns y in x's shape, and the values that batchNormBackward needs
 * @throws Error if there is only one element per channel, which has no variance
 */
export function batchNormTrain(
  x: NdArray,
  options: BatchNormTrainOptions = {},
): { y: Float64NdArray; saved: BatchNormSaved } {
  const op = channelOp('batchNormTrain', x, options.channelAxis);
  const stats = options.stats ?? batchNormStats(x, options);
  if (stats.count === 1)
    throw new Error('batchNormTrain: x has one element per channel, expected more than one in training');
  const mean = perChannel(op, 'stats.mean', stats.mean);
  const variance = perChannel(op, 'stats.variance', stats.variance);
  const rstd = reciprocalStd(variance, options.epsilon ?? 1e-5);
  const y = normalize(op, x, mean, rstd, options);
  if (stats.count > 0) updateRunning(op, options, stats.count, mean, variance);
  return { y, saved: { count: stats.count, mean: vector(mean), rstd: vector(rstd) } };
}

function updateRunning(
  op: ChannelOp,
  options: BatchNormTrainOptions,
  count: number,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const { runningMean, runningVariance, momentum = 0.1, runningVarianceKind = 'unbiased' } = options;
  const correction = runningVarianceKind === 'unbiased' ? round(count / (count - 1)) : 1;
  const move = (argument: string, running: RunningArray | undefined, value: (c: number) => number): void => {
    if (running === undefined) return;
    perChannel(op, argument, running).forEach((old, c) => {
      running.data[c] = round(round(round(1 - momentum) * old) + round(round(momentum) * value(c)));
    });
  };
  move('runningMean', runningMean, (c) => mean[c]!);
  move('runningVariance', runningVariance, (c) => round(variance[c]! * correction));
}

/**
 * y = (x - mean)/√(variance + ε)·γ + β with given statistics.
 *
 * @param x [N, C] or [N, C, ...]
 * @returns x's shape
 */
export function batchNormInference(x: NdArray, options: BatchNormInferenceOptions): Float64NdArray {
  const op = channelOp('batchNormInference', x, options.channelAxis);
  const mean = perChannel(op, 'mean', options.mean);
  const variance = perChannel(op, 'variance', options.variance);
  return normalize(op, x, mean, reciprocalStd(variance, options.epsilon ?? 1e-5), options);
}

/**
 * Returns the gradients of batchNormTrain. With x̂ = (x - mean)·rstd and n elements per channel,
 * dβ = Σdy, dγ = Σdy·x̂ and dx = γ·rstd·(dy - dβ/n - x̂·dγ/n).
 *
 * @param x [N, C] or [N, C, ...]
 * @param dy the gradient of y, in x's shape
 * @param saved what batchNormTrain returned
 * @returns dx in x's shape, dGamma and dBeta [C]
 */
export function batchNormBackward(
  x: NdArray,
  dy: NdArray,
  saved: BatchNormSaved,
  options: BatchNormBackwardOptions = {},
): { dx: Float64NdArray; dGamma: Float64NdArray; dBeta: Float64NdArray } {
  const channels = channelsOf('batchNormBackward', x, dy, saved, options);
  const { view, s, gamma, counted } = channels;
  const { length } = view;
  if (options.sums) requireShape('batchNormBackward', 'sums', options.sums, [2, length], 'batchNormBackwardReduce');
  const sums = options.sums ? valuesOf('batchNormBackward', 'sums', options.sums) : sumsOf(channels);
  const dx = new Float64Array(x.data.length);
  for (let c = 0; c < length; c++) {
    const { dy, xHat } = counted(c);
    const meanDy = round(sums[c]! / saved.count);
    const meanDyXHat = round(sums[length + c]! / saved.count);
    const dxOf = (d: number, i: number): number =>
      round(round(gamma[c]! * s[c]!) * round(round(d - meanDy) - round(xHat[i]! * meanDyXHat)));
    writeSlab(dx, view, c, dy.map(dxOf));
  }
  const [dBeta, dGamma] = [sums.slice(0, length), sums.slice(length)];
  return { dx: { shape: [...x.shape], data: dx }, dGamma: vector(dGamma), dBeta: vector(dBeta) };
}

/**
 * The sums Σdy and Σdy·x̂ of each channel, [2, C]: those of several batches are added for `batchNormBackward`. Takes its
 * arguments.
 */
export function batchNormBackwardReduce(
  x: NdArray,
  dy: NdArray,
  saved: BatchNormSaved,
  options: Omit<BatchNormBackwardOptions, 'sums'> = {},
): Float64NdArray {
  const channels = channelsOf('batchNormBackwardReduce', x, dy, saved, options);
  return { shape: [2, channels.view.length], data: sumsOf(channels) };
}

function channelsOf(name: string, x: NdArray, dy: NdArray, saved: BatchNormSaved, options: BatchNormBackwardOptions) {
  const op = channelOp(name, x, options.channelAxis);
  const { view } = op;
  requireShape(name, 'dy', dy, x.shape, 'x');
  const xs = valuesOf(name, 'x', x);
  const dys = valuesOf(name, 'dy', dy);
  const mean = perChannel(op, 'saved.mean', saved.mean);
  const s = perChannel(op, 'saved.rstd', saved.rstd);
  const gamma = perChannel(op, 'gamma', options.gamma, 1);
  const beta = perChannel(op, 'beta', options.beta, 0);
  /** A channel's x̂, and its dy where they count. */
  const counted = (c: number): { xHat: Float64Array; dy: Float64Array } => {
    const xHat = readSlab(xs, view, c).map((value) => round(round(value - mean[c]!) * s[c]!));
    const counts = (i: number): boolean =>
      options.activation !== 'relu' || round(round(xHat[i]! * gamma[c]!) + beta[c]!) > 0;
    return { xHat, dy: readSlab(dys, view, c).map((d, i) => (counts(i) ? d : 0)) };
  };
  return { view, s, gamma, counted };
}

/** Σdy of each channel, then Σdy·x̂ of each. */
function sumsOf({ view, counted }: ReturnType<typeof channelsOf>): Float64Array {
  const sums = new Float64Array(2 * view.length);
  for (let c = 0; c < view.length; c++) {
    const { dy, xHat } = counted(c);
    sums[c] = sumOf(dy);
    sums[view.length + c] = sumOf(dy, (d, i) => round(d * xHat[i]!));
  }
  return sums;
}

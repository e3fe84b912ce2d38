import type { Pass } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { resolveAxis } from './check.ts';
import { concat } from './concat.ts';
import { divide } from './divide.ts';
import { slice } from './slice.ts';
import { sqrt } from './sqrt.ts';

/** The inputs of the backward pass that its gradients depend on. */
interface BackwardInputs {
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly gamma: Tensor | undefined;
  readonly beta: Tensor | undefined;
  /** Σdy and Σdy·x̂, [2, C], unless they are those of x and dy. */
  readonly sums: Tensor | undefined;
}

interface Given {
  readonly tail: Tensor | undefined;
  readonly epsilon: number;
  readonly perCount: number;
  /** The result of the activation, which is 0 where dy does not count. */
  readonly gate: Tensor | undefined;
}

/** Reshapes [C] to broadcast along the channels of x. */
export function alongChannels(x: Tensor, tensor: Tensor, channelAxis = 1): Tensor {
  const axis = resolveAxis('alongChannels', channelAxis, x.rank);
  return tensor.reshape(x.shape.map((length, at) => (at === axis ? length : 1)));
}

/** The sums over all axes of x other than that of the channels, [C]. */
function overOthers<Name>({ sum }: Pass<Tensor, Name>, x: Tensor, channelAxis = 1): Tensor {
  const axis = resolveAxis('overOthers', channelAxis, x.rank);
  return sum(x, { axis: [...x.shape.keys()].filter((at) => at !== axis) });
}

/** Row `row` of [rows, C], as [C]. */
export function rowOf(rows: Tensor, row: number): Tensor {
  const channels = rows.shape[1] as number;
  return slice(rows, [row, 0], [1, channels]).reshape([channels]);
}

/** 1/√(variance + ε). */
export function rstdOf<Name>(
  { add, inF32, scalarLike }: Pass<Tensor, Name>,
  variance: Tensor,
  epsilon: number,
): Tensor {
  const wide = inF32(variance);
  return divide(scalarLike(wide, 1), sqrt(add(wide, scalarLike(wide, epsilon))));
}

/** The backward pass of batch-norm as ops, f32: the formula that `batchNormBackward` states. */
export function formulaOf<Name>(
  { x, dy, mean, variance, gamma, sums }: BackwardInputs,
  { tail, epsilon, perCount, gate }: Given,
  channelAxis: number | undefined,
  pass: Pass<Tensor, Name>,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const { add, inF32, multiply, scalarLike, subtract, where } = pass;
  const along = (tensor: Tensor) => alongChannels(x, inF32(tensor), channelAxis);
  const offset = subtract(inF32(x), along(mean));
  const rstd = along(rstdOf(pass, variance, epsilon));
  const xHat = multiply(tail ? subtract(offset, along(tail)) : offset, rstd);
  const wide = inF32(dy);
  const counted = gate ? where(gate, wide, scalarLike(wide, 0)) : wide;
  const dBeta = sums ? rowOf(sums, 0) : overOthers(pass, counted, channelAxis);
  const dGamma = sums ? rowOf(sums, 1) : overOthers(pass, multiply(counted, xHat), channelAxis);
  const shared = multiply(add(along(dBeta), multiply(xHat, along(dGamma))), scalarLike(wide, perCount));
  const centered = perCount === 0 ? counted : subtract(counted, shared);
  return { dx: multiply(gamma ? multiply(rstd, along(gamma)) : rstd, centered), dGamma, dBeta };
}

/** The gradients of statistics. */
interface OfStats {
  readonly mean?: Tensor | undefined;
  readonly variance?: Tensor | undefined;
  readonly state?: Tensor | undefined;
}

/** The gradients of each channel's mean and M2, from those of statistics over `count` values. */
export function ofMoments<Name>(
  { add, multiply, scalarLike }: Pass<Tensor, Name>,
  { mean, variance, state }: OfStats,
  count: number,
): { dMean: Tensor | undefined; dM2: Tensor | undefined } {
  const total = (a: Tensor | undefined, b: Tensor | undefined) => (a && b ? add(a, b) : (a ?? b));
  const byVariance = variance && multiply(variance, scalarLike(variance, 1 / Math.max(count, 1)));
  return {
    dMean: total(mean, state && rowOf(state, 1)),
    dM2: total(byVariance, state && rowOf(state, 2)),
  };
}

/** The gradient of x, given those of its statistics: dmean/n + 2·dM2·(x - mean). */
export function throughStats<Name>(
  pass: Pass<Tensor, Name>,
  x: Tensor,
  { mean, count }: { readonly mean: Tensor; readonly count: number },
  gradients: OfStats,
  channelAxis: number | undefined,
): Tensor | undefined {
  const { add, inF32, multiply, repeatTo, scalarLike, subtract } = pass;
  const { dMean, dM2 } = ofMoments(pass, gradients, count);
  const share = (tensor: Tensor, factor: number) =>
    alongChannels(x, multiply(tensor, scalarLike(tensor, factor)), channelAxis);
  const byMean = dMean && share(dMean, 1 / Math.max(count, 1));
  if (!dM2) return byMean && repeatTo(byMean, x.shape);
  const byM2 = multiply(subtract(inF32(x), alongChannels(x, mean, channelAxis)), share(dM2, 2));
  return byMean ? add(byM2, byMean) : byM2;
}

/** The gradients of given statistics, from those of γ (before its dtype's rounding) and β. */
export function byStatistics<Name extends string>(
  pass: Pass<Tensor, Name | 'mean' | 'variance'>,
  { dGamma, dBeta }: { readonly dGamma: Tensor; readonly dBeta: Tensor },
  {
    variance,
    gamma,
    epsilon,
  }: { readonly variance: Tensor; readonly gamma: Tensor | undefined; readonly epsilon: number },
): { mean: Tensor | undefined; variance: Tensor | undefined } {
  const { inF32, multiply, negate, scalarLike, wants } = pass;
  if (!wants('mean') && !wants('variance')) return { mean: undefined, variance: undefined };
  const rstd = rstdOf(pass, variance, epsilon);
  const scale = gamma ? multiply(rstd, inF32(gamma)) : rstd;
  const half = () => multiply(multiply(scale, rstd), scalarLike(rstd, -0.5));
  return {
    mean: wants('mean') ? negate(multiply(scale, dBeta)) : undefined,
    variance: wants('variance') ? multiply(half(), dGamma) : undefined,
  };
}

/**
 * The gradient of one state among those merged into `total`: with n_i of the n values, n_i/n·dmean + 2·n_i·(mean_i -
 * mean)·dM2 for its mean and its mean's correction, and dM2 for its M2.
 */
export function throughMerge<Name>(
  { add, inF32, multiply, scalarLike, subtract }: Pass<Tensor, Name>,
  part: Tensor,
  total: Tensor,
  { dMean, dM2 }: ReturnType<typeof ofMoments>,
  own: number,
  count: number,
): Tensor {
  const [rows, channels] = part.shape as [number, number];
  const none = total.backend.zeros([channels]);
  const state = inF32(part);
  const from = (row: number) => subtract(rowOf(state, row), rowOf(total, row));
  const apart = rows === 4 ? add(from(1), from(3)) : subtract(from(1), rowOf(total, 3));
  const byMean = dMean ? multiply(dMean, scalarLike(dMean, own / count)) : none;
  const mean = dM2 ? add(byMean, multiply(multiply(apart, scalarLike(apart, 2 * own)), dM2)) : byMean;
  const all = [none, mean, dM2 ?? none, mean].slice(0, rows);
  return concat(all.map((row) => row.reshape([1, channels])));
}

import { expect } from 'vitest';
import { as, type FloatType, halfUlp } from '../src/conformance/suite/half.ts';
import type { Backend } from '../src/core/backend.ts';
import type { Tensor } from '../src/core/tensor.ts';
import { batchNormBackward, batchNormStats, batchNormTrain } from '../src/index.ts';
import type { Machine } from '../src/plan/machine.ts';
import * as reference from '../src/reference/index.ts';

/** Values on the host. For dtype f16, every value is already a half. */
export interface Plain {
  readonly shape: number[];
  readonly data: Float32Array<ArrayBuffer>;
  readonly dtype?: 'f16';
}

let seed = 1;
export function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed + 0.5) / 2 ** 32;
}
export const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
export const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

export function fill(shape: readonly number[], value: (i: number) => number, dtype: FloatType = 'f32'): Plain {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i));
  return as(dtype, { shape: [...shape], data }) as Plain;
}

export const floats = async (tensor: Tensor) => (await tensor.data()) as Float32Array;

/** Returns the function from an element's index to its channel. */
export function channelOf(shape: readonly number[], axis: number): (i: number) => number {
  const at = axis < 0 ? axis + shape.length : axis;
  const inner = sizeOf(shape.slice(at + 1));
  return (i) => Math.floor(i / inner) % shape[at]!;
}

/** The largest error of `actual`, as a fraction of the error permitted at each element. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, allowed: (i: number) => number): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!) / Math.max(allowed(i), Number.MIN_VALUE);
    if (!(off <= most)) most = off;
  }
  return most;
}

/** Like `worst`, for a tensor. The values of an f16 tensor may be off by another half ulp, for their rounding. */
export async function worstOf(
  tensor: Tensor,
  expected: ArrayLike<number>,
  allowed: (i: number) => number,
): Promise<number> {
  const slack = tensor.dtype === 'f16' ? (i: number) => halfUlp(expected[i]!) / 2 : () => 0;
  return worst(await floats(tensor), expected, (i) => allowed(i) + slack(i));
}

export function expectSmall(errors: Record<string, number>, what = ''): void {
  for (const [name, share] of Object.entries(errors))
    expect(share, `${what} ${name}, as a fraction of the permitted error`).toBeLessThan(1);
}

/** Runs `fn` as if on another adapter. Plans for GPUs and small bindings run on any adapter. */
export function on<T>({ runtime }: Backend, machine: Partial<Machine>, fn: () => Promise<T>): Promise<T> {
  return runtime.withMachine({ ...runtime.machine, ...machine }, fn);
}

/** Puts a tensor on the GPU. */
export type Place = (plain: Plain) => Tensor;

/** Uploads to a separate buffer. */
export function uploadTo(backend: () => Backend): Place {
  return ({ data, shape, dtype }) => backend().tensor(data, shape, dtype ?? 'f32');
}

/** Uploads a longer tensor and returns a view that starts at its element `by`. */
export function shiftedTo(backend: () => Backend, by: number): Place {
  return ({ data, shape, dtype }) => {
    const padded = new Float32Array(data.length + by).fill(Number.NaN);
    padded.set(data, by);
    const whole = backend().tensor(padded, [padded.length], dtype ?? 'f32');
    const view = whole.view(by, shape);
    whole.dispose();
    return view;
  };
}

export interface Batch {
  readonly x: Plain;
  readonly dy: Plain;
  readonly channelAxis: number;
  readonly gamma?: Plain | undefined;
  readonly beta?: Plain | undefined;
  /** The array whose statistics normalize x. @default x */
  readonly statsOf?: Plain | undefined;
}

/** A batch of x and a random dy, with γ and β where `affine` is set. */
export function batchOf(x: Plain, channelAxis: number, affine = true): Batch {
  const { dtype, shape } = x;
  const channels = [shape.at(channelAxis)!];
  const dy = fill(shape, normal, dtype);
  if (!affine) return { x, dy, channelAxis };
  return { x, dy, channelAxis, gamma: fill(channels, () => 1 + random(), dtype), beta: fill(channels, normal, dtype) };
}

/**
 * Compares everything that training computes with the reference, and checks the dtypes of the results.
 * @returns the errors, as fractions of the permitted ones
 */
export async function train(batch: Batch, place: Place): Promise<Record<string, number>> {
  const { x, dy, channelAxis, gamma, beta } = batch;
  const truth = referenceOf(batch);
  const affine = (from: (plain: Plain) => Tensor) => ({
    ...(gamma && { gamma: from(gamma) }),
    ...(beta && { beta: from(beta) }),
  });
  const [xs, dys, parameters] = [place(x), place(dy), affine(place)];
  const { gamma: gammas } = parameters;
  const stats = batchNormStats(xs, { channelAxis });
  const { y, saved } = batchNormTrain(xs, { channelAxis, ...parameters });
  const { dx, dGamma, dBeta } = batchNormBackward(xs, dys, saved, { channelAxis, ...(gammas && { gamma: gammas }) });
  expect([y.dtype, dx.dtype]).toEqual([xs.dtype, xs.dtype]);
  expect([stats.mean, stats.variance, stats.state, saved.mean].map(({ dtype }) => dtype)).toEqual(Array(4).fill('f32'));
  expect([dGamma, dBeta].map(({ dtype }) => dtype)).toEqual(Array(2).fill(gammas?.dtype ?? 'f32'));
  const errors = {
    ...(await statisticsErrors(stats, truth)),
    y: await worstOf(y, truth.y, truth.allowed.y),
    dx: await worstOf(dx, truth.dx, truth.allowed.dx),
    dGamma: await worstOf(dGamma, truth.dGamma, truth.allowed.dGamma),
    dBeta: await worstOf(dBeta, truth.dBeta, truth.allowed.dBeta),
  };
  for (const each of [xs, dys, y, dx, dGamma, dBeta, stats, saved, ...Object.values(parameters)]) each.dispose();
  return errors;
}

async function statisticsErrors(
  stats: ReturnType<typeof batchNormStats>,
  truth: ReturnType<typeof referenceOf>,
): Promise<Record<string, number>> {
  const channels = stats.mean.size;
  const [state, mean] = [await floats(stats.state), await floats(stats.mean)];
  const std = (c: number) => Math.sqrt(truth.variance[c]!);
  const whole = Float64Array.from(mean, (m, c) => m + state[3 * channels + c]!);
  return {
    variance: worst(await floats(stats.variance), truth.variance, (c) => 1e-6 * std(c) ** 2),
    mean: worst(mean, truth.mean, (c) => 1e-7 * Math.abs(mean[c]!) + 1e-6 * std(c)),
    wholeMean: worst(whole, truth.mean, (c) => 5e-7 * (std(c) + 1e-5 * Math.abs(mean[c]!))),
  };
}

/** The reference's results, and the errors permitted in f32: 1e-6 of the summed terms. */
export function referenceOf({ x, dy, channelAxis, gamma, beta, statsOf = x }: Batch) {
  const channels = x.shape.at(channelAxis)!;
  const affine = { ...(gamma && { gamma }), ...(beta && { beta }) };
  const stats = reference.batchNormStats(statsOf, { channelAxis });
  const { y, saved } = reference.batchNormTrain(x, { channelAxis, stats, ...affine });
  const plain = reference.batchNormTrain(x, { channelAxis, stats }).y.data;
  const gradients = reference.batchNormBackward(x, dy, saved, { channelAxis, ...(gamma && { gamma }) });
  const c = channelOf(x.shape, channelAxis);
  const g = (i: number) => gamma?.data[c(i)] ?? 1;
  const xHat = (i: number) => 1 + Math.abs(plain[i]!);
  const sums = { dy: new Float64Array(channels), dyXHat: new Float64Array(channels) };
  dy.data.forEach((d, i) => {
    sums.dy[c(i)]! += Math.abs(d);
    sums.dyXHat[c(i)]! += Math.abs(d) * xHat(i);
  });
  const pull = (i: number) => (sums.dy[c(i)]! + xHat(i) * sums.dyXHat[c(i)]!) / stats.count;
  return {
    stats,
    mean: stats.mean.data as Float64Array,
    variance: stats.variance.data as Float64Array,
    y: y.data,
    dx: gradients.dx.data,
    dGamma: gradients.dGamma.data,
    dBeta: gradients.dBeta.data,
    allowed: {
      y: (i: number) => 1e-6 * (xHat(i) * g(i) + Math.abs(beta?.data[c(i)] ?? 0)),
      dx: (i: number) => 1e-6 * g(i) * saved.rstd.data[c(i)]! * (Math.abs(dy.data[i]!) + pull(i)),
      dGamma: (i: number) => 1e-6 * sums.dyXHat[i]!,
      dBeta: (i: number) => 1e-6 * sums.dy[i]!,
    },
  };
}

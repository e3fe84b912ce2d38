import { round } from './arithmetic.ts';
import { broadcastValues } from './broadcast.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf } from './nd_array.ts';
import { lossFactors, type Reduction, reduceLosses } from './reduction.ts';
import { sigmoidOf } from './sigmoid.ts';

export interface BinaryCrossEntropyOptions {
  /** 'mean' divides by the number of elements, whatever the weights. @default 'mean' */
  reduction?: Reduction;
  /** A weight for each element's loss; broadcasts to the logits' shape. @default ones */
  weight?: NdArray;
  /** A weight for the positive part of each loss; broadcasts to the logits' shape. @default ones */
  posWeight?: NdArray;
}

export interface BinaryCrossEntropyBackwardOptions extends BinaryCrossEntropyOptions {
  /** The gradient of the loss, in its shape. @default ones */
  upstream?: NdArray;
}

/** log(1 + exp(x)), without overflow at large x or loss of the exponential at small x. */
function softplus(x: number): number {
  return round(Math.max(x, 0) + round(Math.log1p(round(Math.exp(-Math.abs(x))))));
}

/** One element: x, and the weights of its positive part (w·v·t) and its negative part (w·(1 - t)). */
function readEntries(
  op: string,
  logits: NdArray,
  targets: NdArray,
  options: BinaryCrossEntropyOptions,
): { x: Float64Array; positive: Float64Array; negative: Float64Array } {
  const ones: NdArray = { shape: [], data: [1] };
  requireShape(op, 'targets', targets, logits.shape, 'logits');
  const x = valuesOf(op, 'logits', logits);
  const t = valuesOf(op, 'targets', targets);
  const w = broadcastValues(op, 'weight', options.weight ?? ones, logits.shape);
  const v = broadcastValues(op, 'posWeight', options.posWeight ?? ones, logits.shape);
  const positive = t.map((ti, i) => round(w[i]! * round(v[i]! * ti)));
  const negative = t.map((ti, i) => round(w[i]! * round(1 - ti)));
  return { x, positive, negative };
}

/**
 * -w·(v·t·log σ(x) + (1 - t)·log(1 - σ(x))) per element, computed as w·(v·t·softplus(-x) + (1 - t)·softplus(x)), where
 * v is `posWeight`.
 *
 * A part with weight 0 adds nothing, so an infinite logit on the target's side has loss 0. NaN gives NaN.
 *
 * @param logits any shape
 * @param targets the same shape, in [0, 1]
 * @returns a scalar, or with reduction 'none' the logits' shape; an empty mean is NaN
 */
export function binaryCrossEntropyWithLogits(
  logits: NdArray,
  targets: NdArray,
  options: BinaryCrossEntropyOptions = {},
): Float64NdArray {
  const { x, positive, negative } = readEntries('binaryCrossEntropyWithLogits', logits, targets, options);
  // Avoids 0 · inf, which is NaN.
  const part = (weight: number, z: number): number => (weight === 0 ? 0 : round(weight * softplus(z)));
  const lossOf = (z: number, i: number): number => round(part(positive[i]!, -z) + part(negative[i]!, z));
  const data = x.map((z, i) => (Number.isNaN(z) ? z : lossOf(z, i)));
  const losses = { shape: [...logits.shape], data };
  return reduceLosses(losses, options.reduction ?? 'mean', data.length, 'nan');
}

/**
 * The gradient of binaryCrossEntropyWithLogits with respect to the logits: w·((1 - t)·σ(x) - v·t·σ(-x)) · upstream,
 * divided by the number of elements with reduction 'mean'. With both sigmoids, nothing cancels when the model is
 * confident.
 *
 * @returns the logits' shape
 */
export function binaryCrossEntropyWithLogitsBackward(
  logits: NdArray,
  targets: NdArray,
  options: BinaryCrossEntropyBackwardOptions = {},
): Float64NdArray {
  const op = 'binaryCrossEntropyWithLogitsBackward';
  const { x, positive, negative } = readEntries(op, logits, targets, options);
  const reduction = options.reduction ?? 'mean';
  const factorOf = lossFactors(op, logits.shape, reduction, x.length, options.upstream);
  const data = x.map((z, i) => {
    const down = round(positive[i]! * sigmoidOf(-z));
    const up = round(negative[i]! * sigmoidOf(z));
    return round(round(up - down) * factorOf(i));
  });
  return { shape: [...logits.shape], data };
}

import { round, sumOf } from './arithmetic.ts';
import { readRow, writeRow } from './axis.ts';
import { type Float64NdArray, type NdArray, valuesOf } from './nd_array.ts';
import { type EmptyReduction, lossFactors, type Reduction, reduceLosses } from './reduction.ts';
import { type RowTarget, readTargets, type TargetOptions } from './targets.ts';

export interface ClassLossOptions extends TargetOptions {
  /** 'mean' divides by Σ w_t over the rows not ignored, or for probabilities by the number of rows. @default 'mean' */
  reduction?: Reduction;
  /** The mean when its denominator is 0; the gradient is then always 0. @default 'nan' */
  emptyReduction?: EmptyReduction;
}

export interface ClassLossBackwardOptions extends ClassLossOptions {
  /** The gradient of the loss, in its shape. @default ones */
  upstream?: NdArray;
}

/** The names of the public function and of its first argument, for error messages. */
export interface ClassLossOp {
  name: string;
  input: string;
}

/** The loss of one row of logits, log-probabilities or probabilities. */
export type RowLoss = (row: Float64Array, target: RowTarget) => number;
/** The gradient of the loss with respect to that row. */
export type RowGradient = (row: Float64Array, target: RowTarget) => Float64Array;

/** Applies `rowLoss` to each row along the class axis that is not ignored, and reduces the losses. */
export function classLoss(
  { name, input }: ClassLossOp,
  rowLoss: RowLoss,
  x: NdArray,
  targets: NdArray,
  options: ClassLossOptions,
): Float64NdArray {
  const values = valuesOf(name, input, x);
  const { view, lossShape, rows } = readTargets(name, x.shape, targets, options);
  const losses = Float64Array.from(rows, (target, r) =>
    target === undefined ? 0 : rowLoss(readRow(values, view, r), target),
  );
  const { reduction = 'mean', emptyReduction = 'nan' } = options;
  const reduced = { shape: lossShape, data: losses };
  return reduceLosses(reduced, reduction, denominatorOf(rows), emptyReduction);
}

/**
 * The gradient of `classLoss` with respect to x: that of each row, times upstream, `scale` and the reduction's factor.
 */
export function classLossBackward(
  { name, input }: ClassLossOp,
  rowGradient: RowGradient,
  x: NdArray,
  targets: NdArray,
  options: ClassLossBackwardOptions & { scale?: number },
): Float64NdArray {
  const values = valuesOf(name, input, x);
  const { view, lossShape, rows } = readTargets(name, x.shape, targets, options);
  const { reduction = 'mean', scale = 1 } = options;
  const denominator = denominatorOf(rows);
  const factorOf = lossFactors(name, lossShape, reduction, denominator, options.upstream);
  const data = new Float64Array(values.length);
  // An empty mean has no gradient, not even in a row with NaN.
  const nothing = reduction === 'mean' && denominator === 0;
  rows.forEach((target, r) => {
    if (target === undefined || nothing) return;
    const factor = round(factorOf(r) * round(scale));
    const gradient = rowGradient(readRow(values, view, r), target);
    writeRow(
      data,
      view,
      r,
      gradient.map((d) => round(d * factor)),
    );
  });
  return { shape: [...x.shape], data };
}

function denominatorOf(rows: (RowTarget | undefined)[]): number {
  return sumOf(Float64Array.from(rows, (target) => target?.share ?? 0));
}

import targetWeights from '../../shaders/target_weights.wgsl';
import { type Shape, show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { type Bindings, own, perColumn, perRow, read } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { elementSizes } from '../kernels/slices.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { type Rows, windowRows } from '../plan/rows.ts';
import type { Cause } from '../runtime/causes.ts';
import { checkFloat, checkNumber, checkOption, checkShape, checkTensors, rowsAlong } from './check.ts';
import { areIndices, asLabel, checkLabels } from './labels.ts';
import { reduceRows } from './reduce.ts';
import { checkReduction, type Reduction, type Total } from './reduction.ts';

const TARGET_WEIGHTS = { entry: 'target_weights', parts: [targetWeights], perLane: 1 } as const;

/** Options shared by the losses over classes. */
export interface ClassLossOptions {
  /** The reduction over rows. With labels, 'mean' divides by the sum of their classes' weights. @default 'mean' */
  reduction?: Reduction;
  /** The weight of each class, f32 or f16 `[C]`. @default ones */
  weight?: Tensor;
  /** The label of rows to ignore, inside `[0, C)` or not. Not used for probabilities. @default -100 */
  ignoreIndex?: number;
  /** ε in [0, 1]: the smoothed targets are (1 - ε)·targets + ε/C. @default 0 */
  labelSmoothing?: number;
  /** The value of a mean whose denominator is 0: NaN or 0. @default 'nan' */
  emptyReduction?: 'nan' | 'zero';
  /** The axis of the classes. @default 1, or 0 for one dimension */
  axis?: number;
}

/** The options of a loss's backward pass. */
export interface ClassLossBackwardOptions extends ClassLossOptions {
  /** The gradient of the loss, f32: a scalar, or `[N, ...]` with reduction 'none'. @default 1 */
  upstream?: Tensor;
}

/** The options of a loss's backward pass: those of the loss, with the kept weight and the loss's gradient. */
export function backwardOptions(
  options: ClassLossBackwardOptions,
  weight: Tensor | undefined,
  upstream?: Tensor,
): ClassLossBackwardOptions {
  const { weight: _, upstream: __, ...own } = options;
  return { ...own, ...(weight && { weight }), ...(upstream && { upstream }) };
}

/** A checked loss over classes: its rows and the arguments for linking and binding its kernels. */
export interface ClassLoss {
  readonly op: string;
  readonly rows: Rows;
  /** The axis of the classes, counted from the front. */
  readonly axis: number;
  /** The logits' shape without the class axis. */
  readonly lossShape: Shape;
  readonly reduction: Reduction;
  readonly emptyBits: number;
  readonly indices: boolean;
  readonly targets: Tensor;
  readonly weight: Tensor | undefined;
  readonly ignored: number | undefined;
  readonly constants: { readonly SPREAD: boolean; readonly WEIGHTED: boolean };
  readonly params: { readonly has_ignored: number; readonly ignored: number; readonly smoothing: number };
}

/** Checks a loss's arguments, except the values of labels. @throws ShapeError, GradfoldError */
export function resolveClassLoss(
  op: string,
  name: string,
  x: Tensor,
  targets: Tensor,
  options: ClassLossOptions,
): ClassLoss {
  const { weight } = options;
  checkTensors(op, { [name]: x, targets }, { weight });
  checkFloat(op, name, x);
  if (x.rank === 0) throw new ShapeError(`${op}: ${name} is [], expected [N, C], [N, C, ...] or [C]`);
  const { rows, axis } = rowsAlong(op, x, options.axis ?? (x.rank === 1 ? 0 : 1));
  const indicesGiven = areIndices(targets);
  const lossShape = x.shape.filter((_, at) => at !== axis);
  if (indicesGiven)
    checkShape(op, 'targets', targets.shape, lossShape, `the rows of ${name} ${show(x.shape)}, as class indices`);
  else checkShape(op, 'targets', targets.shape, x.shape, `${name}, as probabilities`);
  // Rejects rows that do not fit before a check of labels is recorded, so that nothing is queued.
  windowRows(op, x.backend.runtime.machine, rows.cols, elementSizes(indicesGiven ? [x] : [x, targets]));
  if (weight) {
    checkFloat(op, 'weight', weight);
    checkShape(op, 'weight', weight.shape, [rows.cols], 'the classes');
  }
  const smoothing = checkNumber(op, 'labelSmoothing', options.labelSmoothing ?? 0, 0, 1);
  const ignored = indicesGiven ? asLabel(checkIgnoreIndex(op, options.ignoreIndex), targets) : undefined;
  const empty = checkOption<'nan' | 'zero'>(op, 'emptyReduction', options.emptyReduction ?? 'nan', ['nan', 'zero']);
  return {
    op,
    rows,
    axis,
    lossShape,
    reduction: checkReduction(op, options.reduction),
    emptyBits: empty === 'nan' ? NAN_BITS : 0,
    indices: indicesGiven,
    targets,
    weight,
    ignored,
    constants: { SPREAD: !indicesGiven || smoothing > 0, WEIGHTED: weight !== undefined },
    params: { has_ignored: ignored === undefined ? 0 : 1, ignored: ignored ?? 0, smoothing },
  };
}

/** Any whole number is valid. One that no label can equal ignores nothing. */
function checkIgnoreIndex(op: string, ignoreIndex = -100): number {
  if (!Number.isSafeInteger(ignoreIndex)) {
    throw new GradfoldError(`${op}: ignoreIndex is ${ignoreIndex}, expected a whole number`);
  }
  return ignoreIndex;
}

/** Checks the targets if they are labels; see `checkLabels`. @throws LabelError */
export function checkTargets(loss: ClassLoss, ignoreIndex = -100): Cause[] {
  return loss.indices ? checkLabels(loss.op, loss.targets, { classes: loss.rows.cols, ignoreIndex }) : [];
}

/** The bindings of the targets: labels per row, probabilities per element. */
export function bindTargets({ indices: areLabels, targets, weight }: ClassLoss): Bindings<Tensor> {
  return { targets: areLabels ? perRow(targets) : read(targets), weight: perColumn(weight) };
}

/** A total whose parts are all known, if only as absent. */
export type DividedTotal = Required<Omit<Total, 'values'>>;

/**
 * The divisor of a reduction: a number known to the host, times a tensor if it depends on the labels (class weights,
 * ignored labels). The caller disposes of the tensor.
 */
export function totalOf(loss: ClassLoss): DividedTotal {
  const { emptyBits } = loss;
  const rows = loss.rows.outer * loss.rows.inner;
  if (loss.reduction !== 'mean') return { divisor: 1, denominator: undefined, emptyBits };
  if (!loss.indices || (!loss.weight && loss.ignored === undefined))
    return { divisor: rows, denominator: undefined, emptyBits };
  const { targets, weight, params } = loss;
  const { backend } = targets;
  const weights = backend.empty([rows], 'f32');
  launchElements(backend.runtime, {
    op: loss.op,
    kernel: TARGET_WEIGHTS,
    size: rows,
    bind: { targets: own(targets), weight: perColumn(weight), y: own(weights) },
    params: { classes: loss.rows.cols, has_ignored: params.has_ignored, ignored: params.ignored },
    constants: { WEIGHTED: weight !== undefined },
  });
  const denominator = backend.empty([], 'f32');
  reduceRows(loss.op, weights, denominator, { divisor: 1, emptyBits: 0 });
  weights.dispose();
  return { divisor: 1, denominator, emptyBits };
}

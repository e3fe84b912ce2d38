import { round } from './arithmetic.ts';
import { type AxisView, axisView, foldedShape, readRow } from './axis.ts';
import { type NdArray, requireShape, sameShape, shapeText, valuesOf } from './nd_array.ts';

export interface TargetOptions {
  /** The class axis of the logits. @default 1, or 0 if the logits have one axis */
  axis?: number;
  /** One weight per class, [C]. @default ones */
  weight?: NdArray;
  /** Rows with this label are ignored; it may lie in [0, C). Index targets only. @default -100 */
  ignoreIndex?: number;
  /** ε: the target becomes (1 - ε)·target + ε/C, as in PyTorch. @default 0 */
  labelSmoothing?: number;
}

/** The target of one row: its distribution times the class weights. */
export interface RowTarget {
  /** q_c = w_c·((1 - ε)·t_c + ε/C), with t_c = [c = t] for the index t */
  q: (c: number) => number;
  /** The class that has all of q (an index without smoothing); -1 if there may be several. */
  only: number;
  /** The row's contribution to the denominator of a mean: w_t for an index, 1 for probabilities. */
  share: number;
}

export interface Targets {
  /** The logits viewed along their class axis. */
  view: AxisView;
  /** The logits' shape without the class axis. */
  lossShape: number[];
  /** One target per row; undefined if the row is ignored. */
  rows: (RowTarget | undefined)[];
}

const INTEGER_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
];

/**
 * Integer arrays hold class indices and float arrays hold probabilities, whatever their shape. A plain array has no
 * type: it holds probabilities if it has the shape of the logits.
 */
export function holdsIndices(targets: NdArray, logitsShape: readonly number[]): boolean {
  if (Array.isArray(targets.data)) return !sameShape(targets.shape, logitsShape);
  return INTEGER_ARRAYS.some((type) => targets.data instanceof type);
}

/** The class axis of logits [C], [N, C] or [N, C, ...]. */
export function classView(op: string, shape: readonly number[], axis = shape.length > 1 ? 1 : 0): AxisView {
  return axisView(op, shape, axis);
}

/** Returns the label as an index. @throws RangeError that shows the label */
export function checkedLabel(op: string, row: number, label: number, classes: number): number {
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw new RangeError(`${op}: row ${row} has label ${label}, expected one in [0, ${classes})`);
}

/** Reads and checks the targets of logits of the given shape. */
export function readTargets(
  op: string,
  logitsShape: readonly number[],
  targets: NdArray,
  options: TargetOptions,
): Targets {
  const view = classView(op, logitsShape, options.axis);
  const lossShape = foldedShape(logitsShape, view.axis, false);
  const weights = readWeights(op, options.weight, view.length);
  const smoothing = options.labelSmoothing ?? 0;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw new RangeError(`${op}: labelSmoothing is ${smoothing}, expected a number in [0, 1]`);
  }
  const rowTarget = holdsIndices(targets, logitsShape)
    ? indexTargets(op, targets, lossShape, view, weights, smoothing, options.ignoreIndex ?? -100)
    : probabilityTargets(op, targets, logitsShape, view, weights, smoothing);
  return { view, lossShape, rows: Array.from({ length: view.rows }, (_, row) => rowTarget(row)) };
}

function readWeights(op: string, weight: NdArray | undefined, classes: number): Float64Array {
  if (weight === undefined) return new Float64Array(classes).fill(1);
  requireShape(op, 'weight', weight, [classes]);
  return valuesOf(op, 'weight', weight);
}

function indexTargets(
  op: string,
  targets: NdArray,
  lossShape: readonly number[],
  view: AxisView,
  weights: Float64Array,
  smoothing: number,
  ignoreIndex: number,
): (row: number) => RowTarget | undefined {
  requireShape(op, 'targets', targets, lossShape);
  const onTarget = round(1 - smoothing);
  const onEach = round(smoothing / view.length);
  const weightOf = (c: number): number => weights[c]!;
  return (row) => {
    const label = Number(targets.data[row]);
    if (label === ignoreIndex) return undefined;
    const target = checkedLabel(op, row, label, view.length);
    const share = weightOf(target);
    if (smoothing === 0) return { q: (c) => (c === target ? share : 0), only: target, share };
    const targetQ = round(round(share * onEach) + round(share * onTarget));
    return { q: (c) => (c === target ? targetQ : round(weightOf(c) * onEach)), only: -1, share };
  };
}

function probabilityTargets(
  op: string,
  targets: NdArray,
  logitsShape: readonly number[],
  view: AxisView,
  weights: Float64Array,
  smoothing: number,
): (row: number) => RowTarget {
  if (!sameShape(targets.shape, logitsShape)) {
    const rule = "float arrays hold probabilities in the logits' shape, integer arrays class indices";
    throw new Error(`${op}: targets is ${shapeText(targets.shape)}, expected ${shapeText(logitsShape)}: ${rule}`);
  }
  const values = valuesOf(op, 'targets', targets);
  const onTarget = round(1 - smoothing);
  const onEach = round(smoothing / view.length);
  return (row) => {
    const t = readRow(values, view, row);
    const smoothed = (tc: number): number => (smoothing === 0 ? tc : round(round(onTarget * tc) + onEach));
    const q = (c: number): number => round(weights[c]! * smoothed(t[c]!));
    return { q, only: -1, share: 1 };
  };
}

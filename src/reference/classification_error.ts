import { argmaxOf } from './argmax.ts';
import { foldedShape, readRow } from './axis.ts';
import { type Float64NdArray, type NdArray, requireShape, scalar, storedValues } from './nd_array.ts';
import { checkedLabel, classView, holdsIndices } from './targets.ts';

/**
 * Returns the fraction of rows whose argmax of the scores differs from the target, which is an index or the argmax of
 * probabilities.
 *
 * @param scores [N, C], [N, C, ...] or [C]: logits or probabilities
 * @param targets as in crossEntropy
 * @param options.axis the class axis; 1 by default, or 0 if there is only one axis
 * @returns a scalar in [0, 1]; NaN if there are no rows
 * @throws RangeError for a label that is not in [0, C)
 */
export function classificationError(
  scores: NdArray,
  targets: NdArray,
  options: { axis?: number } = {},
): Float64NdArray {
  const op = 'classificationError';
  const view = classView(op, scores.shape, options.axis);
  const values = storedValues(op, 'scores', scores);
  const targetOf = targetClasses(op, scores.shape, targets, view);
  let wrong = 0;
  for (let r = 0; r < view.rows; r++) {
    if (argmaxOf(readRow(values, view, r)) !== targetOf(r)) wrong++;
  }
  return scalar(wrong / view.rows);
}

function targetClasses(
  op: string,
  shape: readonly number[],
  targets: NdArray,
  view: ReturnType<typeof classView>,
): (row: number) => number {
  if (holdsIndices(targets, shape)) {
    requireShape(op, 'targets', targets, foldedShape(shape, view.axis, false));
    return (row) => checkedLabel(op, row, Number(targets.data[row]), view.length);
  }
  requireShape(op, 'targets', targets, shape, 'scores');
  const probabilities = storedValues(op, 'targets', targets);
  return (row) => argmaxOf(readRow(probabilities, view, row));
}

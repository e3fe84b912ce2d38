import shader from '../../shaders/classification_error.wgsl';
import { show } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { own } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { argmax } from './argmax.ts';
import { checkFloat, checkShape, checkTensors, rowsAlong } from './check.ts';
import { areIndices, checkLabels } from './labels.ts';
import { reduceLosses } from './reduction.ts';

const KERNEL = { entry: 'classification_error', parts: [shader], perLane: 1 } as const;

/**
 * The fraction of rows, in [0, 1], whose best class is not the target's. NaN if there are no rows.
 * @param scores logits or probabilities, f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row
 * @param targets labels in `[0, C)`, i32 or u32 `[N, ...]`; or probabilities, f32 or f16 with the scores' shape, whose
 * best class is the target
 * @param options.axis the axis of the classes. Default 1, or 0 for one dimension
 * @returns a new f32 scalar
 * @throws ShapeError; LabelError for a label out of range. For labels computed on the GPU, reads of the result reject
 * instead
 */
export function classificationError(scores: Tensor, targets: Tensor, options: { axis?: number } = {}): Tensor {
  const op = 'classificationError';
  checkTensors(op, { scores, targets });
  checkFloat(op, 'scores', scores);
  const { rows, axis } = rowsAlong(op, scores, options.axis ?? (scores.rank === 1 ? 0 : 1));
  const rowShape = scores.shape.filter((_, at) => at !== axis);
  const classes = rows.cols;
  const indices = areIndices(targets);
  if (indices)
    checkShape(op, 'targets', targets.shape, rowShape, `the rows of scores ${show(scores.shape)}, as class indices`);
  else checkShape(op, 'targets', targets.shape, scores.shape, 'scores, as probabilities');
  const causes = indices ? checkLabels(op, targets, { classes }) : [];
  const best = argmax(scores, { axis });
  const labels = indices ? targets : argmax(targets, { axis });
  const { backend } = scores;
  const losses = backend.empty(rowShape, 'f32');
  const bind = { best: own(best), targets: own(labels), losses: own(losses) };
  launchElements(backend.runtime, { op, kernel: KERNEL, size: losses.size, bind, params: { classes }, causes });
  best.dispose();
  if (labels !== targets) labels.dispose();
  return reduceLosses(op, losses, 'mean', { divisor: losses.size });
}

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
 * The share of rows whose best class is not the wanted one; NaN where there are no rows.
 * @param scores f32 or f16 `[N, C]`, `[N, C, ...]`, or `[C]` for one row: logits or probabilities
 * @param targets integers `[N, ...]`: labels in `[0, C)`; floats of the scores' shape: probabilities, of which the best class is wanted
 * @param options.axis the classes' axis. Default 1, and 0 for one dimension
 * @returns f32, a scalar
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
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

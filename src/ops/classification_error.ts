import shader from '../../shaders/classification_error.wgsl';
import { show } from '../data.ts';
import { ShapeError } from '../errors.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Tensor } from '../tensor.ts';
import { argmax } from './argmax.ts';
import { checkShape, checkTensors, resolveAxis } from './check.ts';
import { areIndices, checkLabels } from './labels.ts';
import { sliceOf } from './parts.ts';
import { reduceLosses } from './reduction.ts';

const KERNEL = { entry: 'classification_error', parts: [shader], constants: { WIDTH: ELEMENT_WIDTH } };

/**
 * The share of rows whose best class is not the wanted one; NaN where there are no rows.
 * @param scores f32 `[N, C]`, or `[C]` for one row: logits or probabilities
 * @param targets integers `[N]`: labels in `[0, C)`; f32 `[N, C]`: probabilities, of which the best class is wanted
 * @param options.axis the classes' axis. Default 1, and 0 for one dimension
 * @returns f32, a scalar
 * @throws LabelError for a label out of range; by the reads of the result where it was made on the GPU
 */
export function classificationError(scores: Tensor, targets: Tensor, options: { axis?: number } = {}): Tensor {
  const op = 'classificationError';
  checkTensors(op, { scores, targets });
  const axis = resolveAxis(op, options.axis ?? (scores.rank === 1 ? 0 : 1), scores.rank);
  if (axis !== scores.rank - 1)
    throw new ShapeError(
      `${op}: scores is ${show(scores.shape)} with classes on axis ${axis}, expected them on the last`,
    );
  const rowShape = scores.shape.slice(0, -1);
  const classes = scores.shape.at(-1) as number;
  const indices = areIndices(targets);
  if (indices)
    checkShape(op, 'targets', targets.shape, rowShape, `the rows of scores ${show(scores.shape)}, as class indices`);
  else checkShape(op, 'targets', targets.shape, scores.shape, 'scores, as probabilities');
  const causes = indices ? checkLabels(op, targets, { classes }) : [];
  const best = argmax(scores, { axis });
  const labels = indices ? targets : argmax(targets, { axis });
  const { backend } = scores;
  const losses = backend.empty(rowShape, 'f32');
  for (const { first, size, groups } of planElements(backend.runtime.machine, losses.size, 1)) {
    const bind = {
      best: sliceOf(best, first, size),
      targets: sliceOf(labels, first, size),
      losses: sliceOf(losses, first, size),
    };
    backend.runtime.launch({ op, kernel: KERNEL, bind, params: { size, classes }, groups, causes });
  }
  best.dispose();
  if (labels !== targets) labels.dispose();
  return reduceLosses(op, losses, 'mean', { divisor: losses.size });
}

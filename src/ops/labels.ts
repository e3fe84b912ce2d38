import shader from '../../shaders/check_labels.wgsl';
import { LabelError } from '../errors.ts';
import { Cause } from '../runtime/causes.ts';
import type { HostRange } from '../runtime/pool.ts';
import type { Tensor } from '../tensor.ts';
import { sliceOf } from './parts.ts';

const WIDTH = 64;
const CHECK_LABELS = { entry: 'check_labels', parts: [shader], constants: { WIDTH } };

/**
 * Makes sure that labels are classes in `[0, classes)` or `ignoreIndex`. What the host knows is settled here. Where
 * only the GPU knows, a check is recorded, and what depends on the labels is to be launched with the returned causes:
 * reads of it will reject if there was a fault.
 * @throws LabelError for a label that the host uploaded
 */
export function checkLabels(op: string, labels: Tensor, classes: number, ignoreIndex?: number): Cause[] {
  if (labels.size === 0) return [];
  const range = labels.hostRange;
  if (range) {
    if (range.min >= 0 && range.max < classes) return [];
    const bad = worstLabel(range, classes, ignoreIndex);
    if (bad && range.exact) throw new LabelError(op, bad.index, bad.label, classes);
  }
  return [recordCheck(op, labels, classes, ignoreIndex)];
}

/** The extreme that is certainly out of range, the earlier one if both are. The ignored index hides what lies behind it. */
function worstLabel({ min, max, minIndex, maxIndex }: HostRange, classes: number, ignoreIndex: number | undefined) {
  const low = min < 0 && min !== ignoreIndex ? { index: minIndex, label: min } : undefined;
  const high = max >= classes && max !== ignoreIndex ? { index: maxIndex, label: max } : undefined;
  if (low && high) return low.index < high.index ? low : high;
  return low ?? high;
}

function recordCheck(op: string, labels: Tensor, classes: number, ignoreIndex: number | undefined): Cause {
  const { runtime } = labels.backend;
  const slot = runtime.pool.acquire(8, 'record');
  const signed = labels.dtype === 'i32';
  const cause = Cause.fault(slot, (row, bits) => new LabelError(op, row, signed ? bits | 0 : bits, classes));
  const ignored =
    ignoreIndex !== undefined && Number.isInteger(ignoreIndex) && ignoreIndex >= -(2 ** 31) && ignoreIndex < 2 ** 31;
  runtime.launch({
    kernel: CHECK_LABELS,
    bind: { labels: sliceOf(labels), fault: { storage: slot, byteOffset: 0, size: 2 } },
    params: { size: labels.size, classes, has_ignored: ignored ? 1 : 0, ignored: ignored ? ignoreIndex : 0 },
    groups: 1,
  });
  return cause;
}

/** Whether targets are class indices (an integer dtype) or probabilities (a float dtype); shapes never decide that. */
export function areIndices(targets: Tensor): boolean {
  return targets.dtype !== 'f32';
}

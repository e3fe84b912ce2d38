import shader from '../../shaders/check_labels.wgsl';
import type { HostRange } from '../core/data.ts';
import { isFloat } from '../core/data.ts';
import { LabelError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { sliceOf } from '../kernels/slices.ts';
import { elementWindows } from '../plan/elements.ts';
import { Cause } from '../runtime/causes.ts';

const WORKGROUP_SIZE = 64;
const CHECK_LABELS = { entry: 'check_labels', parts: [shader], constants: { WORKGROUP_SIZE } };

/** The allowed labels. */
export interface LabelRange {
  /** The exclusive upper bound of labels. */
  readonly classes: number;
  /** The smallest label. @default 0 */
  readonly lowest?: number;
  /** A label to ignore, inside the range or not. */
  readonly ignoreIndex?: number | undefined;
  /** The error for a label out of range. @default LabelError */
  readonly error?: new (
    op: string,
    at: number,
    value: number,
    range: readonly [number, number],
  ) => Error;
}

/**
 * Checks that labels are in range or ignored. Labels known to the host are checked at once. For labels known only to
 * the GPU, a check is recorded. Launch kernels that depend on the labels with the returned causes: reads of their
 * results reject if the check failed.
 * @throws LabelError, or `allowed.error`, for labels known to the host
 */
export function checkLabels(op: string, labels: Tensor, allowed: LabelRange): Cause[] {
  if (labels.size === 0) return [];
  const { classes, lowest = 0, error = LabelError } = allowed;
  const range = labels.hostRange;
  if (range) {
    if (range.min >= lowest && range.max < classes) return [];
    const bad = range.exact ? badLabel(range, allowed) : undefined;
    if (bad) throw new error(op, bad.index, bad.label, [lowest, classes]);
  }
  return [recordCheck(op, labels, allowed)];
}

/**
 * The first wrong label if an extreme is out of range, or that extreme if the host no longer has the values. An extreme
 * equal to the ignored index can hide others.
 */
function badLabel(range: HostRange, { classes, lowest = 0, ignoreIndex }: LabelRange) {
  const { min, max, minIndex, maxIndex, values } = range;
  const low = min < lowest && min !== ignoreIndex ? { index: minIndex, label: min } : undefined;
  const high = max >= classes && max !== ignoreIndex ? { index: maxIndex, label: max } : undefined;
  const extreme = low && high && high.index < low.index ? high : (low ?? high);
  if (!extreme || !values) return extreme;
  const index = values.findIndex((label) => (label < lowest || label >= classes) && label !== ignoreIndex);
  return { index, label: values[index] as number };
}

function recordCheck(
  op: string,
  labels: Tensor,
  { classes, lowest = 0, ignoreIndex, error = LabelError }: LabelRange,
): Cause {
  const { runtime } = labels.backend;
  const slot = runtime.pool.acquire(8, 'record');
  const signed = labels.dtype === 'i32';
  const explain = (at: number, bits: number) => new error(op, at, signed ? bits | 0 : bits, [lowest, classes]);
  const cause = Cause.fault(slot, explain);
  const ignored = asLabel(ignoreIndex, labels);
  const fault = { storage: slot, byteOffset: 0, size: 2, dtype: 'u32' } as const;
  const range = { lowest, classes, has_ignored: ignored === undefined ? 0 : 1, ignored: ignored ?? 0 };
  for (const { first, size } of elementWindows(runtime.machine, labels.size)) {
    runtime.launch({
      op,
      kernel: CHECK_LABELS,
      bind: { labels: sliceOf(labels, first, size), fault },
      params: { ...range, size, first },
      groups: 1,
    });
  }
  return cause;
}

/**
 * The ignored label as the i32 that kernels compare; undefined if no label of the dtype or of this tensor can equal it.
 */
export function asLabel(ignoreIndex: number | undefined, labels: Tensor): number | undefined {
  const [lowest, highest] = labels.dtype === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  const { min, max } = labels.hostRange ?? { min: lowest, max: highest };
  if (ignoreIndex === undefined || !Number.isInteger(ignoreIndex)) return undefined;
  return ignoreIndex < min || ignoreIndex > max ? undefined : ignoreIndex | 0;
}

/**
 * Whether targets are class indices (an integer dtype) rather than probabilities (a float dtype), regardless of shape.
 */
export function areIndices(targets: Tensor): boolean {
  return !isFloat(targets.dtype);
}

import foldSlices from '../../shaders/channels/fold_slices.wgsl';
import put1 from '../../shaders/channels/put1.wgsl';
import special from '../../shaders/math/special.wgsl';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { foldParts, type Monoid, teamConstants } from '../kernels/parts.ts';
import { sliceOf } from '../kernels/slices.ts';
import { type ChannelBlock, planMerge } from '../plan/channels.ts';
import type { Machine } from '../plan/machine.ts';
import type { Part } from '../runtime/link.ts';
import { ONE_VALUE } from './batch_norm_channels.ts';
import { copyInto } from './copy.ts';

/** A kernel that merges slices of channels. It reads `parts` and writes the [1, rows, C] tensor bound as `result`. */
export interface MergeKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
  readonly monoid: Monoid;
  /** Constants that its parts share with the host. */
  readonly constants: Readonly<Record<string, number>>;
  readonly result: string;
}

/**
 * Merges slices [S, rows, C·plane], and the columns of each plane, into a tensor [1, rows, C], and disposes of them. What
 * is merged already is returned as it is.
 */
export function mergeSlices(op: string, kernel: MergeKernel, slices: Tensor, plane = 1): Tensor {
  const [ofColumn, rows, columns] = slices.shape as [number, number, number];
  const [count, channels] = [ofColumn * plane, columns / plane];
  if (count === 1) return slices;
  const { runtime } = slices.backend;
  const merged = slices.backend.empty([1, rows, channels], 'f32');
  const { source, plan } = runtime.decide(kernel, { channels, count, planes: plane > 1 }, decideMerge);
  const bind = { parts: count > 0 ? sliceOf(slices) : undefined, [kernel.result]: sliceOf(merged) };
  runtime.launch({
    op,
    kernel: source,
    bind,
    params: { channels, slices: count, plane, width: channels },
    groups: plan.groups,
    plan,
  });
  slices.dispose();
  return merged;
}

function decideMerge(
  { channels, count, planes }: { readonly channels: number; readonly count: number; readonly planes: boolean },
  machine: Machine,
  { entry, parts, monoid, constants: own, result }: MergeKernel,
) {
  const plan = planMerge(machine, channels, count);
  const { VECTORS_PER_LANE: _, PACK: __, ...constants } = teamConstants(plan.team);
  const put = { part: put1, names: { NAME: result } };
  const source = {
    entry,
    parts: [...parts, foldSlices, ONE_VALUE, put, special, ...foldParts(plan.team, monoid)],
    constants: { ...constants, PLANES: planes, ...own },
  };
  return { source, plan };
}

/**
 * Joins the results of `make` for all blocks of channels into a tensor [1, rows, C]. The result of a single block is
 * returned as it is.
 * @param make returns a new f32 tensor [1, rows, channels of the block]
 */
export function joinBlocks<T extends { readonly block: ChannelBlock }>(
  op: string,
  backend: TensorBackend,
  [rows, channels]: readonly [number, number],
  items: readonly T[],
  make: (item: T) => Tensor,
): Tensor {
  const [only, ...more] = items as [T, ...T[]];
  if (more.length === 0) return make(only);
  const whole = backend.empty([1, rows, channels], 'f32');
  for (const item of items) {
    const { block } = item;
    const part = make(item);
    const box = { shape: [rows, block.channels], from: [block.channels, 1], to: [channels, 1], toStart: block.first };
    copyInto(op, part, box, whole);
    part.dispose();
  }
  return whole;
}

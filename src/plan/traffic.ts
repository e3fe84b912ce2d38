import type { ChannelPlan, Channels } from './channels.ts';
import type { Machine } from './machine.ts';
import { type MatmulPlan, tilesOf } from './matmul.ts';
import type { ReductionPlan } from './reduction.ts';
import type { RowPlan } from './rows.ts';

/** Bytes between memory and the kernels of an op, as if nothing stayed in a cache. */
export interface Traffic {
  readonly moved: number;
  /** Every input read once, every result written once: no plan can do with less. */
  readonly least: number;
}

/** What is f32 or an integer whatever the dtype of the elements: labels, losses, partial sums. */
const WORD = 4;

/** What a kernel over rows touches: tensors of rows × cols, and tensors with an element a row. */
export interface RowUse {
  /** Read while the row is folded. */
  readonly folded: number;
  /** Of those, the ones that are needed again once the fold is known. */
  readonly again: number;
  /** Read only after the fold. */
  readonly after?: number;
  readonly written: number;
  /** Read or written, a word a row. */
  readonly perRow: number;
  /** Read or written, an element of the dtype a row. @default 0 */
  readonly elementsPerRow?: number;
}

/** Of a processor's cache, what a row may take and still be there when it is read again. */
const CACHED = 2 ** 18;
/** Words of what a slice folds to, at most. */
const PARTIAL = 8 * WORD;

/**
 * An op over rows of elements of `bytes`. A row is read once where it stays on chip, in registers or in a processor's
 * cache; any other is fetched again.
 */
export function rowTraffic(
  { kind }: Machine,
  { team, slices }: RowPlan,
  rows: number,
  cols: number,
  use: RowUse,
  bytes = WORD,
): Traffic {
  const { folded, again, after = 0, written, perRow, elementsPerRow = 0 } = use;
  const least = bytes * rows * (cols * (folded + after + written) + elementsPerRow) + WORD * rows * perRow;
  if (slices > 1) return { least, moved: least + bytes * rows * cols * again + 2 * PARTIAL * rows * slices };
  const onChip = team.held || (kind === 'cpu' && bytes * cols * (folded + written) <= CACHED);
  return { least, moved: least + (onChip ? 0 : bytes * rows * cols * again) };
}

/** Rows folded to an element each, through slices where there are several a row. */
export function reductionTraffic({ slices }: ReductionPlan, rows: number, cols: number, bytes = WORD): Traffic {
  const least = bytes * (rows * cols + rows);
  return { least, moved: least + (slices > 1 ? 2 * WORD * rows * slices : 0) };
}

/** What the passes of a batch-norm touch. */
export interface ChannelUse {
  /** Tensors of the shape of x that the folding pass reads, 0 where there is none. */
  readonly folded: number;
  /** Values a channel that it gives. */
  readonly values: number;
  /** Tensors of the shape of x that the second pass reads. */
  readonly mapped: number;
  readonly written: number;
  /** Inputs of the shape of x altogether. */
  readonly inputs: number;
  /** Inputs and results with an element a channel. */
  readonly perChannel: number;
}

/** Batch-norm: a pass that folds channels, the merge of their slices, and a pass over the elements. */
export function channelTraffic(fold: ChannelPlan | undefined, x: Channels, use: ChannelUse, bytes = WORD): Traffic {
  const size = x.outer * x.channels * x.inner;
  const slices = fold?.slices ?? 0;
  const merged = slices > 1 ? slices + 1 : 0;
  const values = WORD * x.channels * use.values * (slices + merged);
  const ends = WORD * x.channels * use.perChannel;
  return {
    least: bytes * size * (use.inputs + use.written) + ends,
    moved: bytes * size * (use.folded + use.mapped + use.written) + ends + values,
  };
}

/**
 * A matrix product as its tiles ask for it: each reads its rows of a and its columns of b. Most of that a cache
 * answers.
 */
export function matmulTraffic(
  { edge, slices }: MatmulPlan,
  batches: number,
  m: number,
  n: number,
  k: number,
  bytes = WORD,
): Traffic {
  const result = batches * m * n;
  const partial = slices > 1 ? 2 * slices * result : 0;
  return {
    least: bytes * (batches * k * (m + n) + result),
    moved: bytes * (2 * edge * tilesOf(edge, batches, m, n) * k + result) + WORD * partial,
  };
}

/** Each element for itself: operands of the result's size, read once, and the result. */
export function elementTraffic(size: number, operands: number, bytes = WORD): Traffic {
  const least = bytes * size * (operands + 1);
  return { least, moved: least };
}

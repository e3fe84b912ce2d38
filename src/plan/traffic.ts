import type { ChannelPlan, Channels } from './channels.ts';
import type { MatmulPlan } from './matmul.ts';
import type { ReductionPlan } from './reduction.ts';
import type { RowPlan } from './rows.ts';

/** Bytes between memory and the kernels of an op, as if nothing stayed in a cache. */
export interface Traffic {
  readonly moved: number;
  /** Every input read once, every result written once: no plan can do with less. */
  readonly least: number;
}

const BYTES = 4;

/** What a kernel over rows touches: tensors of rows × cols, and tensors with an element a row. */
export interface RowUse {
  /** Read while the row is folded. */
  readonly folded: number;
  /** Of those, the ones that are needed again once the fold is known. */
  readonly again: number;
  /** Read only after the fold. */
  readonly after?: number;
  readonly written: number;
  /** Read or written, an element a row. */
  readonly perRow: number;
}

/** An op over rows. A held row stays in registers; any other is fetched again. */
export function rowTraffic({ team }: RowPlan, rows: number, cols: number, use: RowUse): Traffic {
  const { folded, again, after = 0, written, perRow } = use;
  const least = BYTES * (rows * cols * (folded + after + written) + rows * perRow);
  return { least, moved: least + (team.held ? 0 : BYTES * rows * cols * again) };
}

/** Rows folded to an element each, through slices where there are several a row. */
export function reductionTraffic({ slices }: ReductionPlan, rows: number, cols: number): Traffic {
  const least = BYTES * (rows * cols + rows);
  return { least, moved: least + (slices > 1 ? 2 * BYTES * rows * slices : 0) };
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
export function channelTraffic(fold: ChannelPlan | undefined, x: Channels, use: ChannelUse): Traffic {
  const size = x.outer * x.channels * x.inner;
  const slices = fold?.slices ?? 0;
  const merged = slices > 1 ? slices + 1 : 0;
  const values = BYTES * x.channels * use.values * (slices + merged);
  const ends = BYTES * x.channels * use.perChannel;
  return {
    least: BYTES * size * (use.inputs + use.written) + ends,
    moved: BYTES * size * (use.folded + use.mapped + use.written) + ends + values,
  };
}

/**
 * A matrix product as its lanes ask for it: each reads four rows of a and four columns of b for a tile of c. Most of
 * that a cache answers.
 */
export function matmulTraffic({ slices }: MatmulPlan, batches: number, m: number, n: number, k: number): Traffic {
  const tiles = batches * Math.ceil(m / 4) * Math.ceil(n / 4);
  const result = batches * m * n;
  const partial = slices > 1 ? 2 * slices * result : 0;
  return {
    least: BYTES * (batches * k * (m + n) + result),
    moved: BYTES * (8 * tiles * k + result + partial),
  };
}

/** Each element for itself: operands of the result's size, read once, and the result. */
export function elementTraffic(size: number, operands: number): Traffic {
  const least = BYTES * size * (operands + 1);
  return { least, moved: least };
}

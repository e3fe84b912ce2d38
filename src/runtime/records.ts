import { type Cause, type Causes, NO_CAUSES, unite } from './causes.ts';
import type { Pipeline } from './pipelines.ts';
import type { Slab, Storage } from './pool.ts';
import type { Span } from './readback.ts';

/**
 * The range of a buffer that one binding covers. Offset and size in bytes; the offset is aligned as the device
 * requires.
 */
export interface BoundRange {
  readonly slab: Slab;
  readonly offset: number;
  readonly size: number;
  /** Where the bound slice starts within the range, in elements. */
  readonly origin: number;
}

export interface Dispatch {
  readonly kind: 'dispatch';
  /** The public function that it belongs to. */
  readonly op: string;
  readonly pipeline: Pipeline;
  readonly ranges: readonly BoundRange[];
  /** Offset of its parameters in the batch's, set by the stream. */
  paramOffset: number;
  readonly grid: readonly [number, number];
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  /** Causes that the dispatch itself adds. */
  readonly causes: Causes;
}

export interface Upload {
  readonly kind: 'upload';
  readonly staging: GPUBuffer;
  readonly storage: Storage;
  readonly offset: number;
  readonly whole: boolean;
}

export interface Read {
  readonly kind: 'read';
  readonly storage: Storage;
  readonly offset: number;
  readonly bytes: number;
  readonly resolve: (data: ArrayBuffer) => void;
  readonly reject: (error: Error) => void;
  /**
   * Set before and during encoding: what the value depends on, and copies of the data and of the answers of `asked`.
   */
  causes: Causes;
  asked: Cause[];
  copies: { readonly data: Span; readonly answers: Span } | undefined;
}

/** A record of the stream. */
export type Item = Dispatch | Upload | Read;

/** The memory that an item uses. */
export function memoryOf(item: Item): readonly { readonly slab: Slab }[] {
  return item.kind === 'dispatch' ? item.ranges : [item.storage];
}

/** The storages that an item writes. */
export function writesOf(item: Exclude<Item, Read>): readonly Storage[] {
  return item.kind === 'dispatch' ? item.writes : [item.storage];
}

/** Returns what the values that an item writes depend on. */
export function causesAfter(item: Exclude<Item, Read>, own: Causes): Causes {
  if (item.kind === 'upload') return unite([item.whole ? NO_CAUSES : item.storage.causes, own]);
  const isSound = item.reads.every(({ causes }) => causes.size === 0) && item.causes.size + own.size === 0;
  // The common case allocates nothing.
  return isSound ? NO_CAUSES : unite([...item.reads.map(({ causes }) => causes), item.causes, own]);
}

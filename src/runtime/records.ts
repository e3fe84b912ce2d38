import { type Cause, type Causes, NO_CAUSES, unite } from './causes.ts';
import type { Pipeline } from './pipelines.ts';
import type { Slab, Storage } from './pool.ts';

/** Part of a buffer as one binding of a dispatch. Offset and size in bytes; the offset is aligned as the device asks. */
export interface BoundRange {
  readonly slab: Slab;
  readonly offset: number;
  readonly size: number;
  /** Where in it the slice begins that it was bound for, in elements. */
  readonly origin: number;
}

export interface Dispatch {
  readonly kind: 'dispatch';
  /** The public function that it is part of. */
  readonly op: string;
  readonly pipeline: Pipeline;
  readonly ranges: readonly BoundRange[];
  /** Where its parameters start in the batch's own: set by the stream. */
  paramOffset: number;
  readonly grid: readonly [number, number];
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  /** What the dispatch itself puts in doubt. */
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
  /** Set when encoded: what the value depends on, and the copy, behind whose data the answers of `asked` stand. */
  causes: Causes;
  asked: Cause[];
  staging: GPUBuffer | undefined;
}

/** What the stream holds, in order. */
export type Item = Dispatch | Upload | Read;

/** What stands for the memory that an item names. */
export function memoryOf(item: Item): readonly { readonly slab: Slab }[] {
  return item.kind === 'dispatch' ? item.ranges : [item.storage];
}

/** The storages that an item writes. */
export function writesOf(item: Exclude<Item, Read>): readonly Storage[] {
  return item.kind === 'dispatch' ? item.writes : [item.storage];
}

/** What the values that an item writes depend on afterwards. */
export function causesAfter(item: Exclude<Item, Read>, own: Causes): Causes {
  if (item.kind === 'upload') return unite([item.whole ? NO_CAUSES : item.storage.causes, own]);
  const isSound = item.reads.every(({ causes }) => causes.size === 0) && item.causes.size + own.size === 0;
  // Mostly so, and nothing is allocated.
  return isSound ? NO_CAUSES : unite([...item.reads.map(({ causes }) => causes), item.causes, own]);
}

import { type Cause, type Causes, NO_CAUSES, unite } from './causes.ts';
import type { Pipeline } from './pipelines.ts';
import type { Slab, Storage } from './pool.ts';

/** Part of a storage as one binding of a dispatch. Offset and size in bytes; the offset is aligned as the device asks. */
export interface BoundRange {
  readonly storage: Storage;
  readonly offset: number;
  readonly size: number;
}

export interface Dispatch {
  readonly kind: 'dispatch';
  /** The public function that it is part of. */
  readonly op: string;
  readonly pipeline: Pipeline;
  readonly ranges: readonly BoundRange[];
  /** Where its parameters start in the batch's own. */
  readonly paramOffset: number;
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

/** The memory that an item names. */
export function slabsOf(item: Item): Slab[] {
  return item.kind === 'dispatch' ? item.ranges.map(({ storage }) => storage.slab) : [item.storage.slab];
}

/** What each written storage's value depends on afterwards. */
export function outcomes(item: Exclude<Item, Read>, own: Causes): [Storage, Causes][] {
  if (item.kind === 'dispatch') {
    const causes = unite([...item.reads.map((storage) => storage.causes), item.causes, own]);
    return item.writes.map((storage) => [storage, causes]);
  }
  const kept = item.kind === 'upload' && !item.whole ? item.storage.causes : NO_CAUSES;
  return [[item.storage, unite([kept, own])]];
}

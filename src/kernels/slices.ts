import { bytesOf, type DType } from '../core/data.ts';
import { type ElementSizes, sizesOf } from '../plan/rows.ts';
import { constantFact } from '../runtime/decisions.ts';
import type { Slice } from '../runtime/runtime.ts';

/** The properties of a slice that select parts: plain data, one object per value. */
export interface Traits {
  readonly dtype: DType;
  /** Whether it can be bound as 16-byte vectors: both ends are on 16-byte boundaries of the binding. */
  readonly aligned: boolean;
  /** Whether vectors of four elements may be written whole: none contains elements of another slice. */
  readonly owned: boolean;
}

const traitsOfDType = (dtype: DType): readonly Traits[] =>
  [0, 1, 2, 3].map((bits) => constantFact({ dtype, aligned: (bits & 1) > 0, owned: (bits & 2) > 0 }));
const TRAITS = {
  f32: traitsOfDType('f32'),
  f16: traitsOfDType('f16'),
  i32: traitsOfDType('i32'),
  u32: traitsOfDType('u32'),
};

/** Returns the traits that select parts; undefined for an absent slice. */
export function traitsOf(slice: Slice): Traits;
export function traitsOf(slice: Slice | undefined): Traits | undefined;
export function traitsOf(slice: Slice | undefined): Traits | undefined {
  if (!slice) return undefined;
  const { byteOffset, storage, size, dtype } = slice;
  const bytes = bytesOf(dtype);
  const aligned = byteOffset % 16 === 0 && byteOffset + 16 * Math.ceil((size * bytes) / 16) <= storage.bytes;
  const toTheEnd = byteOffset + bytes * size === storage.contentBytes;
  const owned = byteOffset % (4 * bytes) === 0 && (size % 4 === 0 || (toTheEnd && !storage.borrowed));
  return TRAITS[dtype][(aligned ? 1 : 0) + (owned ? 2 : 0)];
}

/** Returns the element sizes of slices that a kernel processes together. Absent slices count as 4-byte. */
export function elementSizes(slices: readonly ({ readonly dtype: DType } | undefined)[]): ElementSizes {
  return sizesOf(slices.map((slice) => bytesOf(slice?.dtype ?? 'f32')));
}

/** Returns a range of the elements of a tensor or slice, to be bound. */
export function sliceOf(from: Slice, start = 0, size = from.size): Slice {
  const { storage, dtype } = from;
  return { storage, dtype, byteOffset: from.byteOffset + bytesOf(dtype) * start, size };
}

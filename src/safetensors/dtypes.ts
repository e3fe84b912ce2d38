import type { DType, HostArray } from '../core/data.ts';
import { FormatError } from '../core/errors.ts';
import { fromHalves, toHalves } from './half_bits.ts';

/** The dtypes that can be written, with their names in a file. */
const WRITTEN: Readonly<Record<DType, string>> = { f32: 'F32', f16: 'F16', i32: 'I32', u32: 'U32' };

/** Bytes per element of each of the format's dtypes whose elements are whole bytes. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map(
    (name) => [name, 1] as const,
  ),
  ...['U16', 'I16', 'F16', 'BF16'].map((name) => [name, 2] as const),
  ...['U32', 'I32', 'F32'].map((name) => [name, 4] as const),
  ...['U64', 'I64', 'F64', 'C64'].map((name) => [name, 8] as const),
]);

/** Bytes per element; undefined for an unknown dtype, or one whose elements are not whole bytes (F4, F6_E2M3). */
export function elementBytes(dtype: string): number | undefined {
  return BYTES.get(dtype);
}

/** The order of dtypes in a file, as the reference implementation has it: 4 bytes before 2, so that all are aligned. */
export const ORDER: readonly string[] = ['F32', 'U32', 'I32', 'F16'];

export function fileDType(dtype: DType): string {
  return WRITTEN[dtype];
}

/** A tensor's values as stored in a file. The values of an f16 tensor are halves already, so nothing is rounded. */
export function toFile(dtype: DType, data: HostArray): Uint8Array<ArrayBuffer> {
  const stored = dtype === 'f16' ? toHalves(data as Float32Array<ArrayBuffer>) : data;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** Host values of a tensor of `dtype`. Halves are in a Float32Array. */
export interface HostTensor {
  readonly dtype: DType;
  readonly data: HostArray;
}

type Read = (buffer: ArrayBuffer, name: string, op: string) => HostArray;

/**
 * The tensor dtype and the reader for each file dtype. The buffer is a copy of the tensor's bytes, so it is aligned.
 */
const READERS: ReadonlyMap<string, readonly [dtype: DType, read: Read]> = new Map<string, readonly [DType, Read]>([
  ['F32', ['f32', (buffer) => new Float32Array(buffer)]],
  ['F16', ['f16', (buffer) => fromHalves(new Uint16Array(buffer))]],
  ['I32', ['i32', (buffer) => new Int32Array(buffer)]],
  ['U32', ['u32', (buffer) => new Uint32Array(buffer)]],
  ['F64', ['f32', (buffer) => Float32Array.from(new Float64Array(buffer))]],
  ['BF16', ['f32', fromBrainFloats]],
  ['I64', ['i32', fromLongs]],
]);

/** The tensor dtype for a file's dtype; undefined if there is none. */
export function tensorDType(dtype: string): DType | undefined {
  return READERS.get(dtype)?.[0];
}

/**
 * Reads a tensor's values from a file. F64 is rounded to the nearest f32, or to infinity beyond its range; BF16 becomes
 * f32 exactly.
 * @throws FormatError for a dtype other than F32, F16, I32, U32, F64, BF16 and I64, and for an I64 value outside i32
 */
export function fromFile(
  op: string,
  { name, dtype, bytes }: { name: string; dtype: string; bytes: Uint8Array },
): HostTensor {
  const reader = READERS.get(dtype);
  if (!reader) {
    const known = [...READERS.keys()].join(', ');
    throw new FormatError(`${op}: tensor '${name}' is ${dtype} in the file, expected one of ${known}`, {
      tensor: name,
    });
  }
  const [to, read] = reader;
  // Not bytes.slice(): Node's Buffer.slice() does not copy, so the data could start at any byte.
  const copy = new Uint8Array(bytes);
  return { dtype: to, data: read(copy.buffer, name, op) };
}

/** A bfloat16 is the upper half of an f32's bits. */
function fromBrainFloats(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
}

function fromLongs(buffer: ArrayBuffer, name: string, op: string): Int32Array<ArrayBuffer> {
  const longs = new BigInt64Array(buffer);
  const values = new Int32Array(longs.length);
  for (const [i, long] of longs.entries()) {
    values[i] = Number(long);
    if (BigInt(values[i] as number) === long) continue;
    throw new FormatError(
      `${op}: tensor '${name}' is I64 in the file, its element ${i} is ${long}, expected a whole number in [${-(2 ** 31)}, ${2 ** 31 - 1}]`,
      { tensor: name },
    );
  }
  return values;
}

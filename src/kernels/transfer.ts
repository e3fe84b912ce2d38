import { piecesOf } from '../plan/boxes.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { convert } from './convert.ts';
import { sliceOf } from './slices.ts';

/** Elements per f32 staging chunk: 64 MiB. */
const CHUNK = 2 ** 24;

/** Reads the values of an f16 slice, converted to f32 on the GPU. */
export async function download(runtime: Runtime, from: Slice): Promise<Float32Array<ArrayBuffer>> {
  const reads = piecesOf(from.size, CHUNK).map(({ first, size }) => {
    const storage = runtime.pool.acquire(4 * size, 'record');
    convert(runtime, 'data', sliceOf(from, first, size), { storage, byteOffset: 0, size, dtype: 'f32' });
    const bytes = runtime.stream.read(storage, 0, 4 * size);
    storage.release();
    return { first, bytes };
  });
  const all = new Float32Array(from.size);
  const arrived = await Promise.all(reads.map(({ bytes }) => bytes));
  for (const [index, { first }] of reads.entries()) all.set(new Float32Array(arrived[index] as ArrayBuffer), first);
  return all;
}

/** Replaces the values of an f16 slice, rounded to the nearest halves on the GPU. */
export function upload(runtime: Runtime, to: Slice, values: Float32Array<ArrayBuffer>): void {
  for (const { first, size } of piecesOf(values.length, CHUNK)) {
    const storage = runtime.pool.acquire(4 * size, 'upload');
    runtime.stream.upload(storage, 0, values.subarray(first, first + size), true);
    convert(runtime, 'write', { storage, byteOffset: 0, size, dtype: 'f32' }, sliceOf(to, first, size));
    storage.release();
  }
}

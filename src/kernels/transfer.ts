import type { Tensor } from '../core/tensor.ts';
import { piecesOf } from '../plan/boxes.ts';
import { castInto } from './convert.ts';

/** Elements that are on their way in f32 at once: 64 MiB beside the tensor itself. */
const CHUNK = 2 ** 24;

/** The values of an f16 tensor, converted on the GPU. */
export async function download(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  const { backend, size } = tensor;
  const reads = backend.scope(() =>
    piecesOf(size, CHUNK).map(({ first, size: count }) => {
      const wide = backend.empty([count], 'f32');
      castInto('data', tensor.view(first, [count]), wide);
      return { first, bytes: backend.runtime.stream.read(wide.storage, 0, 4 * count) };
    }),
  );
  const all = new Float32Array(size);
  const arrived = await Promise.all(reads.map(({ bytes }) => bytes));
  for (const [index, { first }] of reads.entries()) all.set(new Float32Array(arrived[index] as ArrayBuffer), first);
  return all;
}

/** Replaces the values of an f16 tensor by the nearest halves, found on the GPU. */
export function upload(tensor: Tensor, values: Float32Array<ArrayBuffer>): void {
  const { backend } = tensor;
  backend.scope(() => {
    for (const { first, size } of piecesOf(values.length, CHUNK)) {
      const wide = backend.tensor(values.subarray(first, first + size), [size], 'f32');
      castInto('write', wide, tensor.view(first, [size]));
    }
  });
}

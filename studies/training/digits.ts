import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { Random } from '../../src/random/random.ts';

/** Images of digits and their labels. */
export interface Digits {
  readonly count: number;
  /** [count, 784], row-major: 0 is paper, 255 is ink. */
  readonly images: Uint8Array;
  /** [count], each in [0, 10). */
  readonly labels: Uint8Array;
}

export const CLASSES = 10;
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** The order in which an epoch of training visits `count` samples. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array<ArrayBuffer> {
  return new Random(seed * 1_000_003 + epoch).permutation(count);
}

/** The images at `rows` as a tensor [rows, 784] of values in [0, 1]. */
export function pixelsOf(backend: TensorBackend, { images }: Digits, rows: Uint32Array): Tensor {
  const values = new Float32Array(rows.length * PIXELS);
  let at = 0;
  for (const row of rows) {
    for (let from = row * PIXELS; from < (row + 1) * PIXELS; from++) values[at++] = (images[from] as number) / 255;
  }
  return backend.tensor(values, [rows.length, PIXELS]);
}

/** The labels at `rows`, i32 [rows]. */
export function labelsOf(backend: TensorBackend, { labels }: Digits, rows: Uint32Array): Tensor {
  return backend.tensor(Int32Array.from(rows, (row) => labels[row] as number));
}

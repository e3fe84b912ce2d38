import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { type Digits, PIXELS, pixelsOf } from '../training/digits.ts';
import { firstRows } from './fit.ts';

/** Digits of two classes. */
export interface TwoDigits extends Disposable {
  readonly count: number;
  readonly pixels: Digits;
  /** [count, 784] */
  readonly x: Tensor;
  /** 0 or 1. */
  readonly y: Uint8Array;
  /** ‖(x, 1)‖ of each image. */
  readonly lengths: Float64Array;
  /** The number of nonzero pixels of each image. */
  readonly inked: Float64Array;
}

/** The digits of the pair, in order, labeled as class 0 and class 1. */
export function twoDigitsOf(backend: TensorBackend, digits: Digits, pair: readonly [number, number]): TwoDigits {
  const labelOf = (row: number) => digits.labels[row] as number;
  const rows = firstRows(digits.count).filter((row) => pair.includes(labelOf(row)));
  const images = new Uint8Array(rows.length * PIXELS);
  for (const [at, row] of rows.entries())
    images.set(digits.images.subarray(row * PIXELS, (row + 1) * PIXELS), at * PIXELS);
  const pixels = { count: rows.length, images, labels: Uint8Array.from(rows, labelOf) };
  const squares = new Float64Array(rows.length).fill(1);
  const inked = new Float64Array(rows.length);
  for (const [i, pixel] of images.entries()) {
    const at = Math.floor(i / PIXELS);
    squares[at]! += (pixel / 255) ** 2;
    inked[at]! += Number(pixel > 0);
  }
  const x = pixelsOf(backend, pixels, firstRows(rows.length));
  return {
    ...{ count: rows.length, pixels, x, lengths: squares.map(Math.sqrt), inked },
    y: pixels.labels.map((label) => Number(label === pair[1])),
    [Symbol.dispose]: () => x.dispose(),
  };
}

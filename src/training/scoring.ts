import type { Backend } from '../backend.ts';
import { argmax } from '../ops/argmax.ts';
import type { Tensor } from '../tensor.ts';
import { CLASSES, type Digits, pixelsOf } from './digits.ts';

/** 12.5 MB of pixels. */
const SCORED_AT_ONCE = 4000;

/** The digit that a model sees in each image. @param logitsOf [N, 10] from pixels [N, 784] */
export async function predictionsOf(
  backend: Backend,
  digits: Digits,
  logitsOf: (pixels: Tensor) => Tensor,
): Promise<Uint32Array> {
  const predictions = new Uint32Array(digits.count);
  for (let first = 0; first < digits.count; first += SCORED_AT_ONCE) {
    const rows = Uint32Array.from({ length: Math.min(SCORED_AT_ONCE, digits.count - first) }, (_, i) => first + i);
    using best = backend.scope(() => argmax(logitsOf(pixelsOf(backend, digits, rows))));
    predictions.set((await best.data()) as Uint32Array, first);
  }
  return predictions;
}

/** How many images of each digit (row) were taken for each digit (column). */
export function confusionOf(labels: Uint8Array, predictions: Uint32Array): number[][] {
  const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  for (const [index, prediction] of predictions.entries()) {
    const row = confusion[labels[index] as number] as number[];
    row[prediction]!++;
  }
  return confusion;
}

/** The share of images that were taken for what they are. */
export function accuracyOf(confusion: readonly (readonly number[])[]): number {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  return confusion.reduce((sum, row, digit) => sum + (row[digit] as number), 0) / total;
}

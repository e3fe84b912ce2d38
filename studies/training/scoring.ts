import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { argmax } from '../../src/ops/argmax.ts';
import { logSoftmax } from '../../src/ops/log_softmax.ts';
import { CLASSES, type Digits, pixelsOf } from './digits.ts';

/** Images per dispatch: 12.5 MB of pixels. */
const SCORED_AT_ONCE = 4000;

/** A model in inference mode: logits [N, 10] from pixels [N, 784]. */
type LogitsOf = (pixels: Tensor) => Tensor;

/** The digit that a model predicts for each image. */
export async function predictionsOf(backend: TensorBackend, digits: Digits, logitsOf: LogitsOf): Promise<Uint32Array> {
  const predictions = new Uint32Array(digits.count);
  await inParts(backend, digits, (x) => argmax(logitsOf(x)), predictions);
  return predictions;
}

/** The log-probability of each digit for each image, [count, 10]. */
export async function logProbabilitiesOf(
  backend: TensorBackend,
  digits: Digits,
  logitsOf: LogitsOf,
): Promise<Float32Array> {
  const values = new Float32Array(digits.count * CLASSES);
  await inParts(backend, digits, (x) => logSoftmax(logitsOf(x)), values);
  return values;
}

/** Computes values for the images in parts and concatenates them in `into`. */
async function inParts(
  backend: TensorBackend,
  digits: Digits,
  compute: (pixels: Tensor) => Tensor,
  into: Float32Array | Uint32Array,
): Promise<void> {
  const valuesPerImage = into.length / digits.count;
  for (let first = 0; first < digits.count; first += SCORED_AT_ONCE) {
    const rows = Uint32Array.from({ length: Math.min(SCORED_AT_ONCE, digits.count - first) }, (_, i) => first + i);
    using values = backend.scope(() => compute(pixelsOf(backend, digits, rows)));
    into.set(await values.data(), first * valuesPerImage);
  }
}

/** The number of images of each digit (row) that were classified as each digit (column). */
export function confusionOf(labels: Uint8Array, predictions: Uint32Array): number[][] {
  const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  for (const [index, prediction] of predictions.entries()) {
    const row = confusion[labels[index] as number] as number[];
    row[prediction]!++;
  }
  return confusion;
}

/** The fraction of images that were classified correctly. */
export function accuracyOf(confusion: readonly (readonly number[])[]): number {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  return confusion.reduce((sum, row, digit) => sum + (row[digit] as number), 0) / total;
}

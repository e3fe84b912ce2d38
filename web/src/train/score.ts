import { CLASSES, type Digits, PIXELS } from '../../../studies/training/digits.ts';
import type { WrongDigit } from './protocol.ts';

/** The number of misclassified digits to show. */
const SHOWN = 12;

export interface Verdict {
  /** The fraction of images that are classified correctly. */
  readonly accuracy: number;
  /** The misclassified images with the largest loss, in descending order. */
  readonly wrong: readonly WrongDigit[];
}

/** @param logProbabilities those of each digit for each image, [count, 10] */
export function verdictOf({ count, images, labels }: Digits, logProbabilities: Float32Array): Verdict {
  const wrong: { index: number; label: number; taken: number; logProbability: number }[] = [];
  for (let index = 0; index < count; index++) {
    const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
    const label = labels[index] as number;
    const taken = largestOf(row);
    if (taken !== label) wrong.push({ index, label, taken, logProbability: row[label] as number });
  }
  wrong.sort((a, b) => a.logProbability - b.logProbability);
  return {
    accuracy: (count - wrong.length) / count,
    wrong: wrong.slice(0, SHOWN).map(({ index, label, taken, logProbability }) => ({
      pixels: images.slice(index * PIXELS, (index + 1) * PIXELS),
      label,
      taken,
      probability: Math.exp(logProbability),
    })),
  };
}

/** The index of the largest value; the first one among equals. */
export function largestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** A number as it is shown: `digits` after the point, and its power of ten where none of them would be left. */
export function show(value: number | undefined, digits = 3): string {
  if (value === undefined) return '–';
  if (value === 0) return '0';
  const tiny = Math.abs(value) < 0.5 * 10 ** -digits;
  return (tiny ? value.toExponential(1) : value.toFixed(digits)).replaceAll('-', '−');
}

/** A class, counted from 1. */
export function className(cls: number): string {
  return `class ${cls + 1}`;
}

export interface Beside {
  /** What softmax gives each class. */
  readonly softmax: readonly number[];
  /** The class that has all of hardmax. */
  readonly best: number;
  /** The most that both differ. */
  readonly apart: number;
  readonly logits: readonly number[];
  readonly temperature: number;
}

/** Softmax beside hardmax, and what the temperature does, in the numbers that are shown. */
export function besideHardmax({ softmax, best, apart, logits, temperature }: Beside): string {
  const share = show(softmax[best]);
  const first = `Hardmax gives everything to ${className(best)}, softmax gives it ${share}: nowhere are they further than ${show(apart)} apart.`;
  return `${first} ${whatTemperatureDoes({ apart, logits, temperature })}`;
}

function whatTemperatureDoes({ apart, logits, temperature }: Omit<Beside, 'softmax' | 'best'>): string {
  const even = show(1 / logits.length);
  const largest = Math.max(...logits);
  const equals = logits.filter((logit) => logit === largest).length;
  if (equals > 1)
    return `The largest logit is there ${equals} times: hardmax takes the first, softmax shares between them at any temperature.`;
  const now = `At temperature ${show(temperature, 2)}`;
  if (apart < 0.0005) return `${now} both are the same to three digits. A higher one takes from the largest.`;
  if (1 - 1 / logits.length - apart < 0.05)
    return `${now} softmax hardly prefers any: each class has nearly ${even}. A lower one brings hardmax closer.`;
  return `${now} that is so; a lower one brings them together, a higher one gives each class its ${even}.`;
}

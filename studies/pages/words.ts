/** Formats a number with three significant digits: 0.00123, 12.3, 4,567; or as 1.2e-7 if it is far from 1. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '-';
  if (!Number.isFinite(value)) return 'non-finite';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** Formats a number rounded to an integer. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Formats a fraction as `97.5 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Formats a count with its noun: `1 epoch`, `12 epochs`. */
export function counted(count: number, name: string): string {
  return `${whole(count)} ${name}${count === 1 ? '' : 's'}`;
}

/** Joins words as `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

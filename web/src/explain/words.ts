/** Formats a number: exactly if it is an integer, otherwise with `digits` decimals, or with a power of ten if they are all 0. */
export function show(value: number | undefined, digits = 3): string {
  if (value === undefined) return '–';
  if (Number.isInteger(value)) return signed(String(value));
  const tiny = Math.abs(value) < 0.5 * 10 ** -digits;
  return tiny ? power(value) : signed(value.toFixed(digits));
}

/** Formats a number with two digits and a power of ten. */
export function power(value: number): string {
  return signed(value.toExponential(1));
}

/** Uses the mathematical minus sign. */
function signed(digits: string): string {
  return digits.replaceAll('-', '−');
}

/** The name of a class, counted from 1. */
export function className(cls: number): string {
  return `class ${cls + 1}`;
}

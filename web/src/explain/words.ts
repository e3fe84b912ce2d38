/** A number as it is shown: exact where it is whole, else with `digits` after the point, or as a power of ten where none of them would be left. */
export function show(value: number | undefined, digits = 3): string {
  if (value === undefined) return '–';
  if (Number.isInteger(value)) return signed(String(value));
  const tiny = Math.abs(value) < 0.5 * 10 ** -digits;
  return tiny ? power(value) : signed(value.toFixed(digits));
}

/** A number by two digits and its power of ten. */
export function power(value: number): string {
  return signed(value.toExponential(1));
}

/** With the minus sign of mathematics. */
function signed(digits: string): string {
  return digits.replaceAll('-', '−');
}

/** A class, counted from 1. */
export function className(cls: number): string {
  return `class ${cls + 1}`;
}

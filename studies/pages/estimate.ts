/** A mean over seeds or draws, the standard deviation between them, and the standard error of the mean. */
export interface Estimate {
  readonly mean: number;
  readonly deviation: number;
  readonly error: number;
}

/** The number of standard errors from which a difference counts as significant. */
export const BEYOND = 3;

export function estimateOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(square / Math.max(1, values.length - 1));
  return { mean, deviation, error: deviation / Math.sqrt(values.length) };
}

// Reads the figures of the explain page.

import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Waits until all numbers of the page are computed. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.explain[aria-busy="false"]').waitFor();
}

export async function textsOf(page: Page, figure: string): Promise<string[]> {
  await settled(page);
  return page.locator(`[data-figure="${figure}"]`).allTextContents();
}

/** Returns the numbers of a column, one per class. */
export async function numbersOf(page: Page, figure: string): Promise<number[]> {
  return (await textsOf(page, figure)).map((text) => Number(text.replaceAll('−', '-')));
}

export async function measuresOf(page: Page): Promise<string[]> {
  const measures = ['classificationError', 'squaredError', 'crossEntropy'];
  return (await Promise.all(['A', 'B'].flatMap((n) => measures.map((m) => textsOf(page, `${m} ${n}`))))).flat();
}

/** Returns the largest difference from float64 that the page states. */
export async function errorOf(page: Page): Promise<number> {
  const [text] = await textsOf(page, 'error');
  return Number(/float64: (\S+)\. /.exec(text?.replaceAll('−', '-') ?? '')?.[1]);
}

/** Expects equal values to three decimal places. */
export function expectClose(actual: number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (const [at, value] of actual.entries()) expect(value).toBeCloseTo(expected[at] as number, 3);
}

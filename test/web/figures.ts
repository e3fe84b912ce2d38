// What the page of explanations shows.

import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Once all of its numbers have been computed. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.explain[aria-busy="false"]').waitFor();
}

export async function textsOf(page: Page, figure: string): Promise<string[]> {
  await settled(page);
  return page.locator(`[data-figure="${figure}"]`).allTextContents();
}

/** The numbers that a column shows, class by class. */
export async function numbersOf(page: Page, figure: string): Promise<number[]> {
  return (await textsOf(page, figure)).map((text) => Number(text.replaceAll('−', '-')));
}

export async function measuresOf(page: Page): Promise<string[]> {
  const measures = ['classificationError', 'squaredError', 'crossEntropy'];
  return (await Promise.all(['A', 'B'].flatMap((n) => measures.map((m) => textsOf(page, `${m} ${n}`))))).flat();
}

/** The largest difference to float64, as the page says it. */
export async function errorOf(page: Page): Promise<number> {
  const [text] = await textsOf(page, 'error');
  return Number(/float64: (\S+)\. /.exec(text?.replaceAll('−', '-') ?? '')?.[1]);
}

/** Equal in three digits behind the point. */
export function expectClose(actual: number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (const [at, value] of actual.entries()) expect(value).toBeCloseTo(expected[at] as number, 3);
}

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { overflowOf, picture, useWeb, type Visit, violationsOf } from './support.ts';

const visit = useWeb();

interface Settings {
  readonly network?: string;
  readonly epochs?: number;
}

/** Opens the page and starts training on its fewest images. */
async function started({ network = 'softmax', epochs = 5 }: Settings = {}, options: Visit = {}): Promise<Page> {
  const page = await visit('train.html', options);
  page.setDefaultTimeout(10_000);
  await page.getByRole('combobox', { name: 'Network' }).selectOption(network);
  await page.getByRole('combobox', { name: 'Images' }).selectOption('1000');
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs));
  await page.getByRole('button', { name: 'Start' }).click();
  return page;
}

const now = (page: Page) => page.locator('.now').innerText();
const rows = (page: Page) => page.locator('.scores tbody tr').count();
const stepOf = async (page: Page) => Number((await figure(page, 'Step')).split('/')[0]?.replaceAll(',', ''));
const figure = (page: Page, name: string) => page.locator('dl > div', { hasText: name }).locator('dd').innerText();
const accuracyOf = async (page: Page) => Number(/takes ([\d.]+) %/.exec(await now(page))?.[1]);

/** A stroke with the mouse, through points of the sheet in [0, 1]. */
async function draw(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const sheet = page.getByRole('img', { name: 'Your drawing' });
  await sheet.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await sheet.boundingBox()) as NonNullable<
    Awaited<ReturnType<typeof sheet.boundingBox>>
  >;
  for (const [i, [right, down]] of points.entries()) {
    await page.mouse.move(x + right * width, y + down * height, { steps: 3 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

const SEVEN = [
  [0.25, 0.2],
  [0.75, 0.2],
  [0.45, 0.85],
] as const;

const barsOf = async (page: Page) => (await page.locator('.bars .number').allInnerTexts()).map(Number);

test('a model learns: curves and table grow, and what it gets most wrong is shown', async () => {
  const page = await started();
  await expect.poll(() => now(page), { timeout: 30_000 }).toMatch(/^Done/);
  expect(await accuracyOf(page)).toBeGreaterThan(50);
  expect(await rows(page)).toBe(5);
  expect(await figure(page, 'Step')).toBe('100 / 100');
  expect(Number((await figure(page, 'Images per second')).replaceAll(',', ''))).toBeGreaterThan(0);
  expect(await page.locator('.chart canvas').count()).toBe(2);
  expect(await page.locator('.wrong li').count()).toBe(12);
  await draw(page, SEVEN);
  await expect.poll(() => page.getByText('It is taken for a').count()).toBe(1);
  const bars = await barsOf(page);
  expect(bars.length).toBe(10);
  expect(bars.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 2);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'train-1280-light');
  expect(await page.getByRole('status').first().innerText()).toMatch(/^Done/);
});

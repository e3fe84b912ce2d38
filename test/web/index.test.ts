import { expect, test } from 'vitest';
import { overflowOf, picture, useWeb, violationsOf } from './support.ts';

const visit = useWeb();

test('the first page links to all others, also by keyboard', async () => {
  const page = await visit('index.html');
  const names = await page.getByRole('navigation').getByRole('link').allTextContents();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(await page.getByRole('main').getByRole('link', { name }).count()).toBe(1);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
  expect(await violationsOf(page)).toEqual([]);
});

test.each([
  [1280, 'light'],
  [1280, 'dark'],
  [320, 'light'],
] as const)('it fits a window %i pixels wide, %s', async (width, theme) => {
  const page = await visit('index.html', { width, theme });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, `index-${width}-${theme}`);
});

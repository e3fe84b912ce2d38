import { expect, test } from 'vitest';
import { errorOf, expectClose, measuresOf, numbersOf } from './figures.ts';
import { useWeb } from './support.ts';

const visit = useWeb();

test('the app opens and computes the worked example on the GPU', async () => {
  const page = await visit('explain.html');
  await page.getByText('Adapter:').waitFor();
  expect(await measuresOf(page)).toEqual(['0.33', '0.25', '0.38', '0.33', '0.71', '1.06']);
  expectClose(await numbersOf(page, 'softmax'), [0.9, 0.1]);
  expect(await numbersOf(page, 'hardmax')).toEqual([1, 0]);
  expectClose(await numbersOf(page, 'gradient'), [-0.1, 0.1]);
  expect(await errorOf(page)).toBeLessThan(1e-6);
  expect(await page.getByRole('heading', { name: 'Network A, input 1' }).count()).toBe(1);
});

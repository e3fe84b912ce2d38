import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { crossEntropyWithGradient, type NdArray, softmax } from '../../src/reference/index.ts';
import { newest } from '../../web/src/shell/newest.ts';
import { errorOf, expectClose, measuresOf, numbersOf, settled, textsOf } from './figures.ts';
import { overflowOf, picture, useWeb, violationsOf } from './support.ts';

const visit = useWeb();

/** The logits of input 1 of network A, whose target is the first class. */
const LOGITS = [Math.log(0.9), Math.log(0.1)];
const rowOf = (...data: number[]): NdArray => ({ shape: [data.length], data: Float64Array.from(data) });
const label = (data: number): NdArray => ({ shape: [], data: Int32Array.of(data) });

/** Opens the page and waits until all its numbers are computed. */
async function opened(options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const page = await visit('explain.html', options);
  await settled(page);
  return page;
}

const slider = (page: Page, name: string) => page.getByRole('slider', { name });

test('of the requests made while the GPU is busy only the newest is computed, afterwards', async () => {
  const done: number[] = [];
  let finish = () => {};
  const ask = newest<number>(async (asked) => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    done.push(asked);
  });
  for (const asked of [1, 2, 3]) ask(asked);
  finish();
  await expect.poll(() => done).toEqual([1]);
  finish();
  await expect.poll(() => done).toEqual([1, 3]);
  ask(4);
  finish();
  await expect.poll(() => done).toEqual([1, 3, 4]);
});

test('the sliders show another input when it is chosen; Reset brings the first back', async () => {
  const page = await opened();
  await page.getByRole('radio', { name: 'Network B, input 3' }).check();
  expectClose(await numbersOf(page, 'softmax'), [0.1, 0.9]);
  expectClose(await numbersOf(page, 'loss'), [-Math.log(0.1)]);
  await slider(page, 'Logit of class 1').fill('3');
  await expect.poll(() => measuresOf(page)).not.toContain('1.06');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(() => measuresOf(page)).toEqual(['0.33', '0.25', '0.38', '0.33', '0.71', '1.06']);
  expectClose(await numbersOf(page, 'softmax'), [0.9, 0.1]);
});

test('arrow keys move a logit, and the probabilities still sum to 1', async () => {
  const page = await opened();
  await slider(page, 'Logit of class 2').focus();
  for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
  // The slider step nearest to log 0.1 is -2.3.
  const expected = softmax(rowOf(LOGITS[0] as number, -1.9)).data;
  await expect.poll(async () => (await numbersOf(page, 'softmax'))[1]).toBeCloseTo(expected[1] as number, 3);
  expectClose(await numbersOf(page, 'softmax'), expected);
  expect(await numbersOf(page, 'softmaxSum')).toEqual([1]);
  expect(await page.locator('.formulas').textContent()).toContain('−1.90');
});

test('the lower the temperature, the nearer softmax is to hardmax', async () => {
  const page = await opened();
  const temperature = slider(page, 'Temperature');
  const apart: number[] = [];
  for (const exponent of ['1', '0', '-1']) {
    await temperature.fill(exponent);
    const q = softmax(rowOf(...LOGITS.map((logit) => logit / 10 ** Number(exponent)))).data;
    await expect.poll(async () => (await numbersOf(page, 'softmax'))[0]).toBeCloseTo(q[0] as number, 3);
    apart.push(1 - ((await numbersOf(page, 'softmax'))[0] as number));
    expectClose(await numbersOf(page, 'gradient'), [
      ((q[0] as number) - 1) / 10 ** Number(exponent),
      (q[1] as number) / 10 ** Number(exponent),
    ]);
  }
  expect(apart).toEqual([...apart].sort((a, b) => b - a));
  expect(await numbersOf(page, 'softmax')).toEqual([1, expect.closeTo(0, 6)]);
  expect(await textsOf(page, 'beside')).toEqual([expect.stringContaining('they are the same to three digits')]);
});

test('label smoothing raises the loss to that of the reference', async () => {
  const page = await opened();
  await slider(page, 'Label smoothing').fill('0.2');
  const { loss, gradient } = crossEntropyWithGradient(rowOf(...LOGITS), label(0), { labelSmoothing: 0.2 });
  await expect.poll(async () => (await numbersOf(page, 'loss'))[0]).toBeCloseTo(loss.data[0] as number, 3);
  expectClose(await numbersOf(page, 'target'), [0.9, 0.1]);
  expectClose(await numbersOf(page, 'gradient'), gradient.data);
});

test('soft targets sum to 1 for any weights', async () => {
  const page = await opened();
  await page.getByRole('radio', { name: 'soft' }).check();
  await slider(page, 'Weight of class 2').fill('0.4');
  const { loss, gradient } = crossEntropyWithGradient(rowOf(...LOGITS), rowOf(2 / 3, 1 / 3));
  await expect.poll(async () => (await numbersOf(page, 'loss'))[0]).toBeCloseTo(loss.data[0] as number, 3);
  expectClose(await numbersOf(page, 'target'), [2 / 3, 1 / 3]);
  expectClose(await numbersOf(page, 'gradient'), gradient.data);
  expect(await numbersOf(page, 'targetSum')).toEqual([1]);
  // The last positive weight cannot be set to 0.
  await slider(page, 'Weight of class 2').fill('0');
  await slider(page, 'Weight of class 1').fill('0');
  await expect.poll(() => numbersOf(page, 'target')).toEqual([1, 0]);
});

test('six classes in f16 are accurate to three digits', async () => {
  const page = await opened();
  await page.getByRole('combobox', { name: 'Classes' }).selectOption('6');
  await page.getByRole('radio', { name: 'f16' }).check();
  const q = softmax(rowOf(...LOGITS, -2, -2, -2, -2)).data;
  await expect.poll(async () => (await numbersOf(page, 'softmax'))[0]).toBeCloseTo(q[0] as number, 2);
  expect((await numbersOf(page, 'softmax')).length).toBe(6);
  await expect.poll(() => errorOf(page)).toBeGreaterThan(1e-5);
  expect(await errorOf(page)).toBeLessThan(5e-3);
  expect(await page.getByText('f16 stores a number in 16 bits').textContent()).toContain('pack two values into a word');
  await page.getByRole('radio', { name: 'class 6 is the target' }).check();
  await expect.poll(() => numbersOf(page, 'target')).toEqual([0, 0, 0, 0, 0, 1]);
  await picture(page, 'explain-six-f16');
});

test('without WebGPU the page says so, and computes with the reference', async () => {
  const page = await opened({ webgpu: false });
  expect(await page.getByRole('alert').textContent()).toMatch(/no access to a GPU.*WebGPU/);
  expect(await measuresOf(page)).toEqual(['0.33', '0.25', '0.38', '0.33', '0.71', '1.06']);
  await slider(page, 'Logit of class 2').fill('2');
  const expected = softmax(rowOf(LOGITS[0] as number, 2)).data;
  await expect.poll(async () => (await numbersOf(page, 'softmax'))[1]).toBeCloseTo(expected[1] as number, 3);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'explain-no-webgpu');
});

test('a lost GPU is reported and can be reopened, and all settings are kept', async () => {
  const page = await visit('explain.html');
  await page.addInitScript(`{
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await requestDevice.call(this, descriptor);
      globalThis.lose = () => device.destroy();
      return device;
    };
  }`);
  await page.reload();
  await settled(page);
  await slider(page, 'Logit of class 1').fill('1');
  await page.evaluate('lose()');
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('The GPU was lost');
  await slider(page, 'Logit of class 2').fill('2');
  const expected = softmax(rowOf(1, 2)).data;
  await expect.poll(async () => (await numbersOf(page, 'softmax'))[0]).toBeCloseTo(expected[0] as number, 3);
  await page.getByRole('button', { name: 'Open the GPU again' }).click();
  await page.getByText('Adapter:').waitFor();
  expectClose(await numbersOf(page, 'softmax'), expected);
  expect(await errorOf(page)).toBeLessThan(1e-6);
});

test.each([
  [1280, 'light'],
  [1280, 'dark'],
  [800, 'light'],
  [320, 'light'],
] as const)('it fits a window %i pixels wide, %s', async (width, theme) => {
  const page = await opened({ width, theme });
  await picture(page, `explain-${width}-${theme}`);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('combobox', { name: 'Classes' }).selectOption('6');
  await page.getByRole('radio', { name: 'soft' }).check();
  await slider(page, 'Label smoothing').fill('0.13');
  await slider(page, 'Logit of class 6').fill('-5.55');
  // These values are computed last.
  const expected = softmax(rowOf(...LOGITS, -2, -2, -2, -5.55)).data;
  await expect.poll(async () => (await numbersOf(page, 'softmax'))[5]).toBeCloseTo(expected[5] as number, 3);
  await picture(page, `explain-soft-${width}-${theme}`);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
});

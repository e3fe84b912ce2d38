import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { longestTask } from './longest_task.ts';
import { inBackground, overflowOf, picture, useWeb, type Visit, violationsOf } from './support.ts';

const visit = useWeb();

interface Settings {
  readonly network?: string;
  /** @default the smallest choice */
  readonly images?: number;
  readonly epochs?: number;
}

/** Opens the page and starts training. */
async function started(
  { network = 'softmax', images = 1000, epochs = 5 }: Settings = {},
  options: Visit = {},
): Promise<Page> {
  const page = await visit('train.html', options);
  await page.getByRole('combobox', { name: 'Network' }).selectOption(network);
  await page.getByRole('combobox', { name: 'Images' }).selectOption(String(images));
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs));
  await page.getByRole('button', { name: 'Start' }).click();
  return page;
}

const now = (page: Page) => page.locator('.now').innerText();
const rows = (page: Page) => page.locator('.scores tbody tr').count();
const stepOf = async (page: Page) => Number((await figure(page, 'Step')).split('/')[0]?.replaceAll(',', ''));
const figure = (page: Page, name: string) => page.locator('dl > div', { hasText: name }).locator('dd').innerText();
const accuracyOf = async (page: Page) => Number(/accuracy is ([\d.]+) %/.exec(await now(page))?.[1]);

const soon = <T>(read: () => Promise<T>) => expect.poll(read);

/** Draws a stroke with the mouse through points in [0, 1] of the sheet. */
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

/** Draws a stroke by touch. */
async function touch(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const sheet = page.getByRole('img', { name: 'Your drawing' });
  await sheet.scrollIntoViewIfNeeded();
  await sheet.evaluate((canvas, points) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    // Only a pointer that is down can be captured, and these events have none.
    canvas.setPointerCapture = () => {};
    for (const [i, [right, down]] of points.entries()) {
      const at = { clientX: left + right * width, clientY: top + down * height };
      const event = { ...at, pointerId: 7, pointerType: 'touch', isPrimary: true, bubbles: true };
      canvas.dispatchEvent(new PointerEvent(i === 0 ? 'pointerdown' : 'pointermove', event));
    }
    canvas.dispatchEvent(new PointerEvent('pointerup', { pointerId: 7, pointerType: 'touch', isPrimary: true }));
  }, points);
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const barsOf = async (page: Page) => (await page.locator('.bars .number').allInnerTexts()).map(Number);

test('a model learns: the curves and the table grow, and its worst mistakes are shown', async () => {
  const page = await started();
  await soon(() => now(page)).toMatch(/^Done/);
  expect(await accuracyOf(page)).toBeGreaterThan(50);
  expect(await rows(page)).toBe(5);
  expect(await figure(page, 'Step')).toBe('100 / 100');
  expect(await figure(page, 'Speed')).toMatch(/^[\d,]+ images per second$/);
  expect(await page.locator('.chart canvas').count()).toBe(2);
  expect(await page.locator('.wrong li').count()).toBe(12);
  expect(await page.getByRole('status').first().innerText()).toMatch(/^Done/);
  await draw(page, SEVEN);
  await soon(() => page.getByText('Classified as a').count()).toBe(1);
  const bars = await barsOf(page);
  expect(bars.length).toBe(10);
  expect(sumOf(bars)).toBeCloseTo(1, 2);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'train-1280-light');
});

describe('a drawing', () => {
  test('that is blank, tiny or fully inked is reported as no digit; a test digit can be taken by keyboard', async () => {
    const page = await started({ epochs: 1 });
    await soon(() => page.getByText('The drawing is blank').count()).toBe(1);
    await draw(page, [
      [0.5, 0.5],
      [0.52, 0.52],
    ]);
    await soon(() => page.getByText('too small to be a digit').count()).toBe(1);
    expect(await page.locator('.bars .number').first().innerText()).toBe('–');
    await soon(() => now(page)).toMatch(/^Done/);
    await soon(() => page.getByText('too small to be a digit').count()).toBe(1);
    // The stroke goes back and forth from top to bottom.
    await draw(
      page,
      Array.from({ length: 40 }, (_, i) => [i % 4 < 2 ? 0.02 : 0.98, Math.floor(i / 2) / 20 + 0.02] as const),
    );
    await soon(() => page.getByText('more ink than any digit').count()).toBe(1);
    await page.getByRole('button', { name: 'Show a test digit' }).press('Enter');
    await soon(() => page.getByText(/It is a \d, classified as a \d(, though the model is not sure)?\./).count()).toBe(
      1,
    );
    expect(sumOf(await barsOf(page))).toBeCloseTo(1, 2);
    await page.getByRole('button', { name: 'Clear' }).press('Enter');
    await soon(() => page.getByText('The drawing is blank').count()).toBe(1);
  });

  test('by touch is classified while the model learns', async () => {
    const page = await started({ epochs: 100 });
    await soon(() => stepOf(page)).toBeGreaterThan(20);
    await touch(page, SEVEN);
    await soon(() => page.getByText('Classified as a').count()).toBe(1);
    const before = await barsOf(page);
    await soon(() => barsOf(page)).not.toEqual(before);
  });
});

test('training pauses and continues', async () => {
  const page = await started({ epochs: 100 });
  await soon(() => stepOf(page)).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Pause' }).click();
  await soon(() => now(page)).toMatch(/^Paused after step/);
  const paused = await stepOf(page);
  const before = await rows(page);
  await page.waitForTimeout(300);
  expect(await stepOf(page)).toBe(paused);
  await page.getByRole('button', { name: 'Continue' }).click();
  await soon(() => stepOf(page)).toBeGreaterThan(paused + 20);
  expect(await rows(page)).toBeGreaterThan(before);
  expect(await now(page)).toMatch(/^Training/);
});

test('a page that was in the background for minutes says so, and continues training', async () => {
  const page = await started({ epochs: 100 });
  await soon(() => stepOf(page)).toBeGreaterThan(20);
  await inBackground(page, 4);
  await soon(() => page.getByText(/^The tab was in the background for 4 minutes\. .* Nothing was lost/).count()).toBe(
    1,
  );
  const step = await stepOf(page);
  await soon(() => stepOf(page)).toBeGreaterThan(step + 20);
  expect(await page.getByRole('alert').count()).toBe(0);
  const steps = await page.locator('.scores tbody td:nth-child(2)').allInnerTexts();
  // Rows are listed newest first, and none is missing.
  expect(steps.map((text) => Number(text.replaceAll(',', '')))).toEqual(steps.map((_, i) => 20 * (steps.length - i)));
});

describe('a model as a file', () => {
  test('is saved, and loaded with the same accuracy', async () => {
    const page = await started({ epochs: 2 });
    await soon(() => now(page)).toMatch(/^Done/);
    const accuracy = await accuracyOf(page);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the model' }).click();
    const file = await (await downloading).path();
    const other = await visit('train.html');
    await other.getByLabel('Load a model').setInputFiles({
      name: 'model.safetensors',
      mimeType: 'application/octet-stream',
      buffer: await readFile(file),
    });
    await soon(() => accuracyOf(other)).toBe(accuracy);
    expect(await now(other)).toMatch(/^Done/);
    await refused(other, 'notes.txt', Buffer.from('This is no model.'), /notes\.txt was not loaded: .*/);
    await refused(other, 'half.safetensors', (await readFile(file)).subarray(0, 5000), /half\.safetensors was not/);
    expect(await accuracyOf(other)).toBe(accuracy);
  });

  test('that is invalid does not disturb the training', async () => {
    const page = await started({ images: 10_000 });
    await soon(() => stepOf(page)).toBeGreaterThan(20);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the model' }).click();
    const file = await readFile(await (await downloading).path());
    const other = await started({ epochs: 100 });
    await soon(() => stepOf(other)).toBeGreaterThan(20);
    await other.route('**/digits/*', (route) => route.fulfill({ body: 'no digits' }));
    await refused(
      other,
      'model.safetensors',
      file,
      /^model\.safetensors was not loaded: The digits could not be loaded/,
    );
    const step = await stepOf(other);
    await soon(() => stepOf(other)).toBeGreaterThan(step + 20);
    expect(await now(other)).toMatch(/^Training/);
  });

  async function refused(page: Page, name: string, buffer: Buffer, sentence: RegExp): Promise<void> {
    await page.getByLabel('Load a model').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await soon(() => page.getByRole('alert').allInnerTexts()).toEqual([expect.stringMatching(sentence)]);
  }
});

test('a lost device is reopened, and training continues from its checkpoint', async () => {
  const page = await started({ epochs: 100 });
  await soon(() => stepOf(page)).toBeGreaterThan(100);
  await page.getByText('What if the GPU is lost?').click();
  await page.getByRole('button', { name: 'Lose the GPU' }).click();
  await soon(() => page.locator('.status .notice').allInnerTexts()).toEqual([
    expect.stringMatching(/^The GPU was lost\. Training resumed from the checkpoint after step \d+\.$/),
  ]);
  const resumed = await stepOf(page);
  await soon(() => stepOf(page)).toBeGreaterThan(resumed + 100);
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await soon(() => now(page)).toMatch(/^Paused/);
  // While training is paused, the next use of the device detects the loss.
  await page.getByRole('button', { name: 'Lose the GPU' }).click();
  const paused = await stepOf(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await soon(() => stepOf(page)).toBeGreaterThan(paused);
  await page.getByRole('button', { name: 'Lose the GPU' }).click();
  await page.getByRole('button', { name: 'Start over' }).dblclick();
  await soon(() => page.locator('.status .notice').count()).toBe(0);
  await soon(() => stepOf(page)).toBeGreaterThan(20);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a failed download of the digits is reported, and the next start tries again', async () => {
  const page = await visit('train.html');
  await page.route('**/digits/*', (route) => route.fulfill({ body: 'no digits' }));
  await page.getByRole('combobox', { name: 'Images' }).selectOption('1000');
  await page.getByRole('combobox', { name: 'Network' }).selectOption('softmax');
  await page.getByRole('button', { name: 'Start' }).click();
  await soon(() => page.getByRole('alert').allInnerTexts()).toEqual([
    expect.stringMatching(/^The digits could not be loaded: .*\.bin: .*start again\.$/s),
  ]);
  await page.unroute('**/digits/*');
  await page.getByRole('button', { name: 'Start' }).click();
  await soon(() => stepOf(page)).toBeGreaterThan(0);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('without WebGPU the page says so, and what to do', async () => {
  const page = await visit('train.html', { webgpu: false });
  expect(await page.getByRole('alert').innerText()).toMatch(/^This browser gives no access to a GPU\.\s+Use a current/);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await violationsOf(page)).toEqual([]);
});

test('no task of the page takes over 50 ms during training', async () => {
  const page = await started({ network: 'mlp' });
  // Chromium takes tens of milliseconds to start a worker on the page's thread, so that is not measured.
  await soon(() => now(page)).toMatch(/^Training/);
  const longest = await longestTask(page, async () => {
    await soon(() => rows(page)).toBeGreaterThan(0);
    await draw(page, SEVEN);
    await soon(() => page.getByText('Classified as a').count()).toBe(1);
  });
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(50);
});

test.each([
  [1280, 'dark'],
  [320, 'light'],
] as const)('it fits a window %i pixels wide, %s', async (width, theme) => {
  const page = await started({ epochs: 2 }, { width, theme });
  await soon(() => now(page)).toMatch(/^Done/);
  await page.getByRole('button', { name: 'Show a test digit' }).press('Enter');
  await soon(() => page.getByText(/, classified as a/).count()).toBe(1);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, `train-${width}-${theme}`);
});

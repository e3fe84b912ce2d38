import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright';
import { expect, test } from 'vitest';
import { milli } from '../../bench/figures.ts';
import { BENCH_OPS } from '../../bench/ops.ts';
import { parseReport } from '../../bench/report.ts';
import { OPS } from '../../web/src/bench/choice.ts';
import { HAS_PEERS } from '../../web/src/bench/peer_versions.ts';
import { longestTask } from './longest_task.ts';
import { inBackground, overflowOf, picture, useWeb, violationsOf } from './support.ts';

const visit = useWeb();

/** Chooses a short run: tensors of 256 KiB, one round. */
async function choose(page: Page, choice: { ops: readonly string[]; longest: string; cold?: boolean }): Promise<void> {
  for (const op of OPS) await page.getByRole('checkbox', { name: op, exact: true }).setChecked(choice.ops.includes(op));
  await page.getByLabel('Tensor size').selectOption('256 KiB');
  await page.getByLabel('Rows of up to').selectOption(choice.longest);
  await page.getByLabel('Rounds').selectOption('1');
  await page.getByRole('checkbox', { name: 'Cold starts' }).setChecked(choice.cold ?? false);
}

const start = (page: Page) => page.getByRole('button', { name: 'Start' }).click();
const rowsOf = (page: Page) => page.locator('tbody tr');
const statusOf = (page: Page) => page.getByRole('status').first();

/** The table as a list of rows, by the names of its columns. */
function tableOf(page: Page): Promise<Record<string, string>[]> {
  return page.locator('table').evaluate((table: HTMLTableElement) => {
    const [head, ...rows] = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent ?? ''));
    return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [head?.[i] ?? '', cell])));
  });
}

/** Parses a downloaded CSV file (RFC 4180). */
async function csvOf(download: Download): Promise<Record<string, string>[]> {
  const text = await readFile(await download.path(), 'utf8');
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, bare]) =>
        quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
  return rows.map((cells) => {
    expect(cells).toHaveLength(head.length);
    return Object.fromEntries(cells.map((cell, i) => [head[i], cell]));
  });
}

/** Runs a script in each worker before its own. */
async function beforeWorker(page: Page, script: string): Promise<void> {
  await page.context().route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `{${script}}\n${await response.text()}` });
  });
}

test('the page offers every op of the benchmark', () => {
  expect([...OPS].sort()).toEqual(BENCH_OPS.map(({ name }) => name).sort());
});

test('a complete run shows rows next to the copy, and exports them both ways', async () => {
  const page = await visit('bench.html');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await choose(page, { ops: ['softmax'], longest: '64 columns', cold: true });
  const longest = await longestTask(page, async () => {
    await start(page);
    await expect.poll(() => statusOf(page).textContent()).toBe('Done: 2 of 2 measured.');
  });
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(50);

  const rows = await tableOf(page);
  expect(rows.map(({ op, shape, by }) => [op, shape, by])).toEqual([
    ['softmax', '4096×16', 'Gradfold'],
    ['softmax', '1024×64', 'Gradfold'],
  ]);
  for (const row of rows)
    for (const name of ['ms', 'ms of the copy', '× copy', 'GB/s', 'GB/s of the copy', 'cold ms'])
      expect(Number(row[name]), name).toBeGreaterThan(0);
  await expect.poll(() => page.getByText('2 of 2 correct.').count()).toBe(1);
  expect(await page.getByText(/timestamp quantum is [\d.]+ µs/).count()).toBe(1);
  expect(await page.locator('.plot canvas').count()).toBe(1);
  expect(await page.locator('.legend li').allTextContents()).toEqual(['a copy: the roofline', 'softmax']);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const csv = await csvOf(await download);
  expect(csv.map((row) => [row.op, row.shape, milli(Number(row.ms)), milli(Number(row.copy_ms))])).toEqual(
    rows.map((row) => [row.op, row.shape?.replace('×', 'x'), row.ms, row['ms of the copy']]),
  );
  expect(csv.map((row) => [Number(row.of_copy).toFixed(2), Number(row.gb_per_s).toPrecision(3)])).toEqual(
    rows.map((row) => [row['× copy'], row['GB/s']]),
  );

  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect.poll(() => page.getByText('The report is on the clipboard.').count()).toBe(1);
  const report = parseReport(await page.evaluate(() => navigator.clipboard.readText()), 'the clipboard');
  expect(report.rows.map(({ shape }) => shape.join('×'))).toEqual(rows.map(({ shape }) => shape));
  expect(report.cold?.pipeline.median).toBeGreaterThan(0);

  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'bench-1280-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'bench-1280-dark');
  await page.setViewportSize({ width: 320, height: 900 });
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'bench-320-dark');
});

test('a stopped run keeps its rows, and can be started again', async () => {
  const page = await visit('bench.html');
  await choose(page, { ops: ['softmax', 'crossEntropyWithGradient', 'batchNormTrain'], longest: '4,096 columns' });
  await page.getByRole('button', { name: 'Start' }).focus();
  await page.keyboard.press('Enter');
  await rowsOf(page).first().waitFor();
  // The start of the run moved the keyboard focus to the other button.
  await page.keyboard.press('Enter');
  await expect.poll(() => statusOf(page).textContent()).toMatch(/^Stopped at \d+ of 15\. The results so far are below/);
  expect(await rowsOf(page).count()).toBeGreaterThan(0);
  await expect.poll(() => page.workers().length).toBe(0);
  await start(page);
  await expect.poll(() => statusOf(page).textContent()).toMatch(/^(Opening|Measuring)/);
  await picture(page, 'bench-running');
});

test('figures measured in the background are marked as such', async () => {
  const page = await visit('bench.html');
  await choose(page, { ops: ['softmax'], longest: '64 columns' });
  await start(page);
  await inBackground(page, 1);
  await page.getByText(/^The tab was in the background for \d+ seconds\. .* Measure again/).waitFor();
  await expect.poll(() => page.getByText('2 of 2 correct.').count()).toBe(1);
  expect(await page.getByText(/^The tab was in the background/).count()).toBe(1);
});

test('wrong results are reported and not timed', async () => {
  const page = await visit('bench.html');
  await beforeWorker(
    page,
    `const { createShaderModule } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function ({ code }) {
      return createShaderModule.call(this, { code: code.replace('1.0 / max(all.d', '1.5 / max(all.d') });
    };`,
  );
  await choose(page, { ops: ['softmax'], longest: '64 columns' });
  await start(page);
  await page.getByText('2 of 2 wrong and not timed.').waitFor();
  for (const row of await tableOf(page)) {
    expect(row.ms).toBe('');
    expect(row['error, or what is wrong']).toMatch(/^y is off by /);
  }
  expect(await page.locator('.plot').count()).toBe(0);
});

test('a lost device ends the run, which keeps its rows', async () => {
  const page = await visit('bench.html');
  await beforeWorker(
    page,
    `const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      return (globalThis.device = await requestDevice.apply(this, args));
    };`,
  );
  await choose(page, { ops: ['softmax'], longest: '4,096 columns' });
  await start(page);
  await rowsOf(page).first().waitFor();
  await page.workers()[0]?.evaluate(() => (globalThis as unknown as { device: GPUDevice }).device.destroy());
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toMatch(/^The GPU was lost/);
  await expect.poll(() => statusOf(page).textContent()).toMatch(/^It ended early\. The results so far are below/);
  expect(await rowsOf(page).count()).toBeGreaterThan(0);
});

test.runIf(HAS_PEERS)(
  'other libraries are loaded when they are asked for, and measured in the same rounds',
  async () => {
    const page = await visit('bench.html');
    const loaded: string[] = [];
    page.context().on('request', (request) => loaded.push(request.url()));
    await choose(page, { ops: ['softmax'], longest: '64 columns' });
    expect(loaded).toEqual([]);
    await page.getByRole('button', { name: 'Measure TensorFlow.js and ONNX Runtime too' }).click();
    await expect.poll(() => statusOf(page).textContent()).toMatch(/^(Done|It ended)/);
    const rows = await tableOf(page);
    expect(rows.map(({ by }) => by)).toEqual([16, 64].flatMap(() => ['Gradfold', 'TensorFlow.js', 'ONNX Runtime Web']));
    for (const { ms } of rows) expect(Number(ms)).toBeGreaterThan(0);
    await picture(page, 'bench-peers');
  },
);

test.skipIf(HAS_PEERS)('the page says which other libraries are not installed', async () => {
  const page = await visit('bench.html');
  await page.getByRole('button', { name: 'Start' }).waitFor();
  expect(await page.getByText('This build has no other libraries').count()).toBe(1);
});

test('a run without a choice does not start', async () => {
  const page = await visit('bench.html', { width: 320 });
  await choose(page, { ops: [], longest: '64 columns' });
  expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
  expect(await page.getByText('Choose at least one op.').count()).toBe(1);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  await picture(page, 'bench-320-light');
});

test('without WebGPU the page says so, and what to do', async () => {
  const page = await visit('bench.html', { webgpu: false });
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toMatch(/no access to a GPU.*Use a current Chrome/);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await violationsOf(page)).toEqual([]);
});

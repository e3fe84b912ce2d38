import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type CheckReport, type CheckRow, figure } from '../../src/conformance/suite/report.ts';
import type { Finding } from '../../src/conformance/suite/run.ts';
import type { CheckResult } from '../../web/src/check/result.ts';
import { fragmentOf, readResult, resultIn } from '../../web/src/check/shared.ts';
import { longestTask } from './longest_task.ts';
import { inBackground, overflowOf, picture, useWeb, violationsOf } from './support.ts';

const visit = useWeb();

const ROW: CheckRow = {
  ...{
    op: 'softmax',
    from: 'f32',
    to: 'f32',
    plan: 'default',
    cases: 3,
    error: 1.2345678,
    baseline: 0.5,
    budget: 5.9,
    ok: true,
  },
};
const OVER: Finding = {
  ...{ op: 'softmax', from: 'f16', to: 'f16', plan: 'gpu workgroup', name: '5 × 257, f16', result: 'y' },
  ...{ error: Number.POSITIVE_INFINITY, baseline: 0.5, budget: 0.5003, over: '[300] is NaN, expected 0.25' },
};
/** A made-up result with wrong elements and non-finite figures. */
const RESULT: CheckResult = {
  at: '2026-05-04T03:02:01.000Z',
  report: {
    adapter: { vendor: 'acme', architecture: 'nine', description: '', software: false, features: ['shader-f16'] },
    ...{ limits: 'adapter', form: 'quick', missing: [], cases: 4, results: 5, seconds: 1.5, ok: false },
    rows: [
      ROW,
      { ...ROW, plan: 'workgroup', error: 0 },
      {
        ...ROW,
        from: 'f16',
        to: 'f16',
        plan: 'gpu workgroup',
        error: OVER.error,
        budget: 0.5003,
        misrounded: 0.25,
        ok: false,
      },
      { ...ROW, op: 'binaryCrossEntropyWithLogitsBackward', error: 12345.6, budget: 20000 },
    ],
    over: [OVER],
  },
  specials: {
    inputs: [Number.NaN, Number.NEGATIVE_INFINITY, -0],
    rows: [
      {
        op: 'relu',
        formula: 'relu(x)',
        cells: [
          { got: 0, wanted: Number.NaN, differs: true },
          { got: 0, wanted: 0, differs: false },
          { got: -0, wanted: -0, differs: false },
        ],
      },
    ],
  },
};

/** The worst errors that the page shows: the figures of each row, without the op. */
const figuresOn = (page: Page) =>
  page
    .locator('table.errors tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map(({ textContent }) => textContent).filter(Boolean)),
    );
const figuresOf = (rows: CheckReport['rows']) =>
  rows.map(({ from, to, plan, cases, baseline, error, budget, ok }) => [
    from === to ? from : `${from} to ${to}`,
    ...[plan, ok ? 'ok' : 'OVER', ...[error, budget, baseline].map(figure), `${cases}`],
  ]);
const words = (page: Page) => page.locator('.progress label');
const done = (page: Page) =>
  words(page)
    .getByText(/^Done: \d+ results of \d+ cases against float64, 0 over, [\d.]+ s\.$/)
    .waitFor();
/** Starts the quick check of an op. */
const check = async (page: Page, op: string) => {
  await page.getByRole('combobox', { name: 'Ops' }).selectOption(op);
  await page.getByRole('button', { name: 'Start' }).click();
};
const read = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

describe('a link', () => {
  test('holds a result to six digits, including non-finite numbers', async () => {
    const [first, ...others] = RESULT.report.rows as [CheckRow, ...CheckRow[]];
    const rows = [{ ...first, error: 1.23457 }, ...others];
    const fragment = await fragmentOf(RESULT);
    expect(fragment).toMatch(/^result=[\w-]+$/);
    expect(await resultIn(`#${fragment}`)).toEqual({ ...RESULT, report: { ...RESULT.report, rows } });
  });

  test('is reported as damaged if any letter is missing or changed', async () => {
    const fragment = await fragmentOf(RESULT);
    for (let i = 'result='.length; i < fragment.length; i += 7) {
      const other = fragment[i] === 'A' ? 'z' : 'A';
      await expect(resultIn(fragment.slice(0, i))).rejects.toThrow(/^The link is damaged/);
      // The last letter has unused bits after the last byte.
      if (i === fragment.length - 1) continue;
      await expect(resultIn(fragment.slice(0, i) + other + fragment.slice(i + 1))).rejects.toThrow(/^The link/);
    }
  });

  test('of version 1 is read with the current names', () => {
    const { baseline: loop, budget: allowed, ...rest } = ROW;
    const report = { ...RESULT.report, rows: [{ ...rest, plan: 'own', loop, allowed, strayed: 0.25 }], over: [] };
    const document = { version: 1, at: RESULT.at, report, specials: { inputs: [], rows: [] } };
    expect(readResult(JSON.stringify(document)).report.rows).toEqual([{ ...ROW, misrounded: 0.25 }]);
  });

  test('to something else, of another version or too long is refused with the reason', async () => {
    const { packed } = await import('../../web/src/check/fragment.ts');
    const holding = async (document: unknown) => resultIn(`result=${await packed(JSON.stringify(document))}`);
    await expect(holding({ some: 'document' })).rejects.toThrow('does not contain a result');
    await expect(holding({ ...RESULT, version: 3 })).rejects.toThrow('its format is 3, expected 2');
    await expect(holding({ ...RESULT, version: 2, at: 'yesterday' })).rejects.toThrow('does not contain a result');
    await expect(holding('x'.repeat(3e6))).rejects.toThrow('larger than any result');
    await expect(resultIn(`result=${'A'.repeat(1e5)}`)).rejects.toThrow('too long: 100000 characters');
    const over = Array.from({ length: 20_000 }, () => ({ ...OVER, over: `${Math.random()}` }));
    await expect(fragmentOf({ ...RESULT, report: { ...RESULT.report, over } })).rejects.toThrow(
      'Copy the result as JSON',
    );
  });

  test.each([320, 1280])('opens as a shared result in a window %i pixels wide', async (width) => {
    for (const theme of ['light', 'dark'] as const) {
      const page = await visit(`check.html#${await fragmentOf(RESULT)}`, { width, theme });
      await page.getByRole('heading', { name: 'A shared result' }).waitFor();
      expect(await figuresOn(page)).toEqual(figuresOf(RESULT.report.rows));
      const text = await page.getByRole('main').innerText();
      expect(text).toContain('quick check, 5 results of 4 cases against float64, 1 over, 1.5 s.');
      expect(text).toContain('softmax.y, f16, gpu workgroup, 5 × 257, f16: kind ulp, budget 0.50: [300] is NaN');
      expect(text).toContain('acme nine');
      expect(text).toContain('0 ≠ NaN');
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect((await page.locator('.errors .bad').first().boundingBox())?.x).toBeLessThan(width - 32);
      expect(await violationsOf(page)).toEqual([]);
      await picture(page, `check-shared-${width}-${theme}`);
    }
  });

  test.each([
    ['damaged', 'result=eJyrVirLz1eyUkpKLFKqBQAd', 'The link is damaged'],
    ['for something else', 'access_token=1234', 'The link does not contain a result'],
    ['too long', `result=${'A'.repeat(70_000)}`, 'The link is too long'],
  ])('that is %s gets an error message, and the page works', async (_, fragment, sentence) => {
    const page = await visit(`check.html#${fragment}`);
    await page.getByRole('alert').getByText(sentence).waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isEnabled()).toBe(true);
    // A link to a result that is opened in the same tab replaces the message; a link within the page does not.
    await page.evaluate((next) => location.assign(`#${next}`), await fragmentOf(RESULT));
    await page.getByRole('heading', { name: 'A shared result' }).waitFor();
    await page.evaluate(() => location.assign('#content'));
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'A shared result' }).count()).toBe(1);
  });
});

test('without WebGPU the page says what to do, and still shows a shared result', async () => {
  const page = await visit(`check.html#${await fragmentOf(RESULT)}`, { webgpu: false });
  await page.getByRole('alert').getByText('This browser gives no access to a GPU.').waitFor();
  await page.getByRole('heading', { name: 'A shared result' }).waitFor();
  for (const name of ['Start', 'Run this check here']) {
    expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
  }
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'check-no-webgpu');
});

test('the page checks an op by keyboard alone, and shares the result', async () => {
  const page = await visit('check.html');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const focused = () => page.evaluate(() => document.activeElement?.tagName);
  while ((await focused()) !== 'SELECT') await page.keyboard.press('Tab');
  await page.keyboard.type('relu');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('button', { name: 'Stop' }).evaluate((button) => document.activeElement === button)).toBe(
    true,
  );
  await words(page)
    .getByText(/^Done: \d+ results of \d+ cases against float64, 0 over, [\d.]+ s\.$/)
    .waitFor();

  const shown = await figuresOn(page);
  expect(shown.length).toBeGreaterThan(0);
  expect(await page.getByRole('status').first().textContent()).toMatch(/^Done/);
  const text = await page.getByRole('main').innerText();
  expect(text).toMatch(/swiftshader.*a software adapter: this is your processor/i);
  expect(text).toMatch(/It has (no )?shader-f16/);
  expect(text).toContain('relu(x)');
  expect(text).not.toContain(' ≠ ');
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, 'check-relu');

  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await page.getByText('The result was copied as JSON.').waitFor();
  const report: CheckReport = JSON.parse(await read(page));
  expect(report).toMatchObject({ form: 'quick', over: [], ok: true });
  expect(figuresOf(report.rows)).toEqual(shown);

  await page.getByRole('button', { name: 'Copy a link' }).click();
  await page.getByText('The link was copied.').waitFor();
  const link = new URL(await read(page));
  expect(link.href).toBe(page.url());
  const other = await visit(`check.html${link.hash}`);
  await other.getByRole('heading', { name: 'A shared result' }).waitFor();
  expect(await figuresOn(other)).toEqual(shown);
});

test('no task of the page takes over 50 ms during a run', async () => {
  const page = await visit('check.html');
  const longest = await longestTask(page, async () => {
    await check(page, 'sigmoid');
    await done(page);
  });
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(50);
});

test('a tab that was in the background for minutes says so, and continues', async () => {
  const page = await visit('check.html');
  await check(page, 'tanh');
  await inBackground(page, 12);
  await done(page);
  await page.getByText(/^The tab was in the background for 12 minutes\. .* Nothing was lost/).waitFor();
  expect((await figuresOn(page)).length).toBeGreaterThan(0);
});

test('a browser with WebGPU but no adapter gets the same message', async () => {
  const page = await visit('check.html');
  await page.route('**/worker-*.js', async (route) => {
    const response = await route.fetch();
    const body = `GPU.prototype.requestAdapter = async () => null;${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await check(page, 'relu');
  await page.getByRole('alert').getByText('This browser gives no access to a GPU.').waitFor();
  await words(page).getByText('The check ended before the first case.').waitFor();
  expect(await page.getByRole('button', { name: 'Start' }).isEnabled()).toBe(true);
});

test('if the browser refuses to copy, the page shows the text to copy by hand', async () => {
  const page = await visit(`check.html#${await fragmentOf(RESULT)}`);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  const field = page.getByRole('textbox', { name: 'Text to copy' });
  expect(JSON.parse(await field.inputValue()).rows).toHaveLength(RESULT.report.rows.length);
  // The text is selected as soon as it appears.
  await expect.poll(() => page.evaluate(() => String(getSelection()))).toBe(await field.inputValue());
  expect(await violationsOf(page)).toEqual([]);
});

test('a stopped check keeps its findings, and can be started again', async () => {
  const page = await visit(`check.html#${await fragmentOf(RESULT)}`);
  await page.getByRole('button', { name: 'Start' }).click();
  await words(page)
    .getByText(/^\d+ of \d+ cases checked, 0 results over/)
    .waitFor();
  expect(new URL(page.url()).hash).toBe('');
  // Enter in a field submits the form, which must not stop the run.
  await page.getByRole('radio', { name: 'Quick' }).press('Enter');
  await page.getByRole('button', { name: 'Stop' }).click();
  await words(page)
    .getByText(/^Stopped: \d+ of \d+ cases checked/)
    .waitFor();
  expect((await figuresOn(page)).length).toBeGreaterThan(0);
  await check(page, 'mean');
  await words(page).getByText('The quick form has no case of mean. Choose the full form.').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'A shared result' }).waitFor();
});

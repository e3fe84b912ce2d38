#!/usr/bin/env node
// `npm run web:measure`: builds the app, serves it on localhost and measures it in headless Chromium: the bytes that a
// first visit loads, the time until each page is usable, and whether the page stays responsive while it trains. The
// goals are those of README.md.

import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { chromiumLaunch, unpackChromium } from './chromium.mjs';

const GOALS = { kilobytes: 120, seconds: 1.5, longTask: 50 };
/** The duration for which training is observed. */
const WATCHED_MS = 10_000;
const PAGES = ['index', 'check', 'bench', 'train', 'explain'];

await unpackChromium();
await build({ root: 'web', logLevel: 'error' });
const server = await preview({ root: 'web', logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } });
const home = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch(chromiumLaunch());
try {
  const table = new Table({
    head: ['page', `first load, kB gzipped (goal ${GOALS.kilobytes})`, `interactive, s (goal ${GOALS.seconds})`],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const name of PAGES) {
    const { bytes, seconds } = await firstVisit(`${name}.html`);
    table.push([name, (bytes / 1000).toFixed(1), seconds.toFixed(2)]);
  }
  console.log(table.toString());
  const { bytes, tasks, frames } = await trainingWatched();
  console.log(`train, after Start is pressed: ${(bytes / 1000).toFixed(1)} kB gzipped in total, without the digits`);
  console.log(`while training for ${WATCHED_MS / 1000} s: ${inWords(tasks)}; ${frames.toFixed(0)} frames per second`);
  const check = await checkWatched();
  console.log(`while the quick check runs: ${inWords(check.tasks)}. ${check.words}`);
} finally {
  await browser.close();
  await server.close();
}

/**
 * Visits a page with an empty cache. Returns the gzipped bytes that it loads, and the time from which its content is
 * complete and its thread stays free.
 *
 * @param {string} path
 */
async function firstVisit(path) {
  const page = await (await browser.newContext()).newPage();
  const loaded = watchLoads(page);
  await watchTasks(page);
  await page.goto(new URL(path, home).href, { waitUntil: 'networkidle' });
  const seconds = await page.evaluate(() => {
    const { tasks } = /** @type {any} */ (globalThis);
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    const last = tasks.at(-1);
    return Math.max(paint?.startTime ?? Number.NaN, last ? last.startTime + last.duration : 0) / 1000;
  });
  const bytes = await loaded();
  await page.context().close();
  return { bytes, seconds };
}

/** Trains the MLP on the train page, and counts the loaded bytes, the frames and the tasks that block the thread. */
async function trainingWatched() {
  const page = await (await browser.newContext()).newPage();
  const loaded = watchLoads(page);
  await watchTasks(page);
  await page.goto(new URL('train.html', home).href, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page
    .getByText(/images per second/)
    .first()
    .waitFor({ timeout: 120_000 });
  const frames = await page.evaluate(async (ms) => {
    const { tasks } = /** @type {any} */ (globalThis);
    tasks.length = 0;
    let count = 0;
    const begun = performance.now();
    await new Promise((/** @type {(value?: unknown) => void} */ done) => {
      const frame = () => {
        count++;
        if (performance.now() - begun < ms) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    return (1000 * count) / (performance.now() - begun);
  }, WATCHED_MS);
  const tasks = await tasksOf(page);
  const bytes = await loaded();
  await page.context().close();
  return { bytes, tasks, frames };
}

/** Runs the quick check to completion. */
async function checkWatched() {
  const page = await (await browser.newContext()).newPage();
  await watchTasks(page);
  await page.goto(new URL('check.html', home).href, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Start' }).click();
  const words = page.locator('.progress label').getByText(/^(Done|It ended)/);
  await words.waitFor({ timeout: 900_000 });
  const watched = { words: await words.innerText(), tasks: await tasksOf(page) };
  await page.context().close();
  return watched;
}

/** @param {readonly number[]} tasks in ms */
function inWords(tasks) {
  const longest = tasks.length > 0 ? `, the longest ${Math.max(...tasks).toFixed(0)} ms` : '';
  return `${tasks.length} tasks over ${GOALS.longTask} ms on the page's thread (goal 0)${longest}`;
}

/**
 * Counts the gzipped bytes that a page loads from now on, without the digits, which are data.
 *
 * @param {import('playwright').Page} page
 */
function watchLoads(page) {
  /** @type {Promise<Buffer>[]} */
  const bodies = [];
  page.on('response', (response) => {
    if (!response.url().includes('/digits/')) bodies.push(response.body().catch(() => Buffer.alloc(0)));
  });
  return async () => (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

/**
 * Collects tasks of more than 50 ms in the page's `tasks`, from the start of the page.
 *
 * @param {import('playwright').Page} page
 */
function watchTasks(page) {
  return page.addInitScript(() => {
    /** @type {PerformanceEntry[]} */
    const tasks = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  });
}

/**
 * Returns the durations of the collected tasks, in ms.
 *
 * @param {import('playwright').Page} page
 * @returns {Promise<number[]>}
 */
function tasksOf(page) {
  return page.evaluate(() => {
    const { tasks } = /** @type {any} */ (globalThis);
    return tasks.map((/** @type {PerformanceEntry} */ { duration }) => duration);
  });
}

import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { chromiumLaunch } from '../../scripts/chromium.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the built app. */
    web: string;
  }
}

export interface Visit {
  /** The window's width in CSS pixels. @default 1280 */
  readonly width?: number;
  /** @default 'light' */
  readonly theme?: 'light' | 'dark';
  /** Whether the browser has WebGPU. @default true */
  readonly webgpu?: boolean;
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * Opens pages of the app in headless Chromium, with one browser for all tests of a file. After each test its pages
 * close; the test fails if any of them contacted another host, violated the content-security policy or threw an
 * uncaught error.
 */
export function useWeb(): (path: string, visit?: Visit) => Promise<Page> {
  let browser: Browser;
  const complaints: string[] = [];
  const pages: Page[] = [];
  beforeAll(async () => {
    browser = await chromium.launch(chromiumLaunch());
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });
  return async (path, { width = 1280, theme = 'light', webgpu = true } = {}) => {
    const home = new URL(inject('web'));
    // Without a system language Chromium reports an invalid language tag, which makes the import of uPlot fail.
    const locale = 'en-US';
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, locale });
    if (!webgpu) await context.addInitScript('delete Navigator.prototype.gpu');
    const page = await context.newPage();
    // Compiling kernels takes long on a busy CPU.
    page.setDefaultTimeout(60_000);
    pages.push(page);
    page.on('pageerror', ({ message }) => complaints.push(`an error: ${message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`in the console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== home.origin && url.protocol.startsWith('http')) complaints.push(`a request to ${url}`);
    });
    await page.goto(new URL(path, home).href);
    return page;
  };
}

/** Returns the serious and critical violations that axe finds on the page in its current state. */
export async function violationsOf(page: Page): Promise<string[]> {
  // An injected script element would violate the page's policy.
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Saves a screenshot of the page in test/web/screenshots, for inspection. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test/web/screenshots/${name}.png`, fullPage: true });
}

/** Simulates minutes behind another tab: the page is hidden and frozen, as on phones, and the clock is advanced. */
export async function inBackground(page: Page, minutes: number): Promise<void> {
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  const session = await page.context().newCDPSession(page);
  await show(true);
  await page.evaluate((ms) => {
    const { now } = Date;
    Date.now = () => now() + ms;
  }, 60_000 * minutes);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await show(false);
}

/** Returns by how many CSS pixels a page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

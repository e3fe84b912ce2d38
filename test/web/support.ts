import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { chromiumLaunch } from '../../scripts/chromium.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built app is served. */
    web: string;
  }
}

export interface Visit {
  /** In CSS pixels. @default 1280 */
  readonly width?: number;
  /** @default 'light' */
  readonly theme?: 'light' | 'dark';
  /** Whether the browser has WebGPU. @default true */
  readonly webgpu?: boolean;
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * Opens pages of the app in headless Chromium, in one browser for all tests of a file. After each test its pages are closed,
 * and none of them may have asked another host, broken the content-security policy or thrown an error that nobody caught.
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
    // Where the system names no language, Chromium's own name for that is no language tag, and uPlot's import fails by it.
    const locale = 'en-US';
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, locale });
    if (!webgpu) await context.addInitScript('delete Navigator.prototype.gpu');
    const page = await context.newPage();
    // On a crowded processor kernels are compiled for long.
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

/** What axe finds wrong with a page as it is now, from serious on. */
export async function violationsOf(page: Page): Promise<string[]> {
  // In the page's own world a script of ours would break its policy.
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

/** Keeps a picture of the page, to be looked at: in test/web/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test/web/screenshots/${name}.png`, fullPage: true });
}

/** The page as behind another tab for minutes: hidden, and halted, as phones do; the minutes are the clock's. */
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

/** By how much a page is wider than its window, in CSS pixels. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

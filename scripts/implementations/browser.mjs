// The suite in a page of a browser, on the package as built:
//
//   node scripts/implementations/browser.mjs firefox FILE      writes what it found out to FILE
//   node scripts/implementations/browser.mjs chromium FILE
//
// Firefox is an ESR of the machine's, driven over WebDriver BiDi, on the Vulkan driver of the environment
// (scripts/llvmpipe). Chromium is that of the other tests, on its own SwiftShader.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { chromiumLaunch, unpackChromium } from '../chromium.mjs';
import { linesOf } from './suite.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Longer than any run: the suite takes minutes. */
const TIMEOUT = 900_000;

const LAUNCH = { firefox, chromium };

const [name, file] = process.argv.slice(2);
if (name !== 'firefox' && name !== 'chromium') {
  console.error(`browser.mjs: the browser is ${name ?? 'missing'}, expected firefox or chromium`);
  process.exit(2);
}
const server = await serve();
try {
  const { host, facts } = await LAUNCH[name](`${server.resolvedUrls?.local[0]}scripts/implementations/page.html`);
  if (file) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ host, ...facts }, null, 2));
  }
  for (const line of linesOf(facts)) console.log(line);
  process.exitCode = facts.failed.length > 0 ? 1 : 0;
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} finally {
  await server.close();
}

/** Serves the repository, where the names of the package lead to its build. */
async function serve() {
  const built = (/** @type {string} */ path) => `${root}dist/modules/src/${path}`;
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    // The files do not change while the page is open, and no dependency has to be bundled.
    server: { port: 0, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    resolve: {
      alias: {
        'gradfold/reference': built('reference/index.js'),
        'gradfold/check': built('conformance/index.js'),
        gradfold: built('browser.js'),
      },
    },
  });
  return server.listen();
}

/** @typedef {{ host: string, facts: import('./suite.mjs').Facts }} Run */

/**
 * Playwright cannot drive an ESR of Firefox. Puppeteer is loaded here since only Firefox needs it.
 *
 * @param {string} url
 * @returns {Promise<Run>}
 */
async function firefox(url) {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: true,
    protocolTimeout: TIMEOUT,
    extraPrefsFirefox: {
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      // Software adapters are on Firefox's blocklist.
      'gfx.webgpu.ignore-blocklist': true,
    },
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'suite' in globalThis);
    const facts = await page.evaluate(() => /** @type {any} */ (globalThis).suite());
    return { host: (await browser.version()).replace('firefox/', 'Firefox '), facts };
  } finally {
    await browser.close();
  }
}

/** @returns {string} */
function firefoxPath() {
  for (const path of [process.env.GRADFOLD_FIREFOX, 'firefox-esr', 'firefox']) {
    if (!path) continue;
    const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$0"', path], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  throw new Error('Firefox is missing. Debian and Ubuntu: apt install firefox-esr. Elsewhere: set GRADFOLD_FIREFOX.');
}

/**
 * @param {string} url
 * @returns {Promise<Run>}
 */
async function chromium(url) {
  await unpackChromium();
  const { chromium } = await import('playwright');
  const browser = await chromium.launch(chromiumLaunch());
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'suite' in globalThis);
    const facts = await page.evaluate(() => /** @type {any} */ (globalThis).suite());
    return { host: `Chromium ${browser.version()}`, facts };
  } finally {
    await browser.close();
  }
}

import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { unpackChromium } from './chromium.mjs';

/** Builds the app as deployed, and serves it as static files while its tests run. */
export default async function serveWeb(project: TestProject): Promise<() => Promise<void>> {
  await unpackChromium();
  await build({ root: 'web', logLevel: 'error' });
  const server = await preview({ root: 'web', logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } });
  project.provide('web', server.resolvedUrls?.local[0] as string);
  return () => server.close();
}

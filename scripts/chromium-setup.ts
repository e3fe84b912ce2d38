import { unpackChromium } from './chromium.mjs';

/** Vitest's setup of tests in the browser. */
export default async function chromiumSetUp(): Promise<void> {
  await unpackChromium();
}

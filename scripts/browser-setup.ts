// Vitest's setup of the browser tests: unpacks Chromium, and provides the quick check's results in Node on the bundled
// SwiftShader, to compare the browser's errors with. Runs that check only if the Node tests have not already done so.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import type { CheckReport, CheckRow } from '../src/conformance/suite/report.ts';
import { unpackChromium } from './chromium.mjs';
import { keptQuickCheck } from './quick_check.ts';

export default async function browserSetUp(project: TestProject): Promise<void> {
  await unpackChromium();
  const kept = keptQuickCheck();
  project.provide('rowsInNode', kept?.adapter.architecture === 'swiftshader' ? kept.rows : rowsInNode());
  project.provide('browserReport', process.env.GRADFOLD_BROWSER_REPORT);
}

/**
 * Returns the rows of the quick check by the build in dist/; none if it cannot run, and the test that needs them fails.
 */
function rowsInNode(): readonly CheckRow[] {
  const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const argv = [command, 'check', '--quick', '--json', '--adapter', 'swiftshader'];
  // Exit code 1 means that a result is over its budget, which the Node tests report.
  const { stdout, status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0 || status === 1) {
    try {
      return (JSON.parse(stdout) as CheckReport).rows;
    } catch {}
  }
  console.error(`the quick check in Node cannot run (run npm run build first): ${stderr.trim().slice(0, 2000)}`);
  return [];
}

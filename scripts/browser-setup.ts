// Vitest's set-up of the browser's tests: unpacks Chromium, and provides what the browser's errors are held against, the
// quick check in Node on the SwiftShader that comes with it. It is run here only where the tests in Node have not.

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

/** The rows of the quick check by the build in dist/. None where it cannot run: the one test that needs them fails. */
function rowsInNode(): readonly CheckRow[] {
  const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const argv = [command, 'check', '--quick', '--json', '--adapter', 'swiftshader'];
  // Exit code 1 is a result over its bound: the tests in Node tell of it.
  const { stdout, status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0 || status === 1) {
    try {
      return (JSON.parse(stdout) as CheckReport).rows;
    } catch {}
  }
  console.error(`the quick check in Node cannot run (npm run build comes first): ${stderr.trim().slice(0, 2000)}`);
  return [];
}

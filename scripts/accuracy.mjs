#!/usr/bin/env node
// Writes docs/accuracy.md: the full check in Node on both software adapters, its quick form in Chromium. Some thirty
// minutes on two cores; a GPU's column comes from `gradfold accuracy --report HOST=FILE` with a report of `check --json`.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'gradfold');
const report = join(folder, 'browser-check.json');
mkdirSync(folder, { recursive: true });

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

run('npm', ['run', 'test:browser', '--', 'test/browser/check.test.ts'], { GRADFOLD_BROWSER_REPORT: report });
const adapters = ['swiftshader', 'llvmpipe'].flatMap((name) => ['--adapter', name]);
run(process.execPath, ['build/tools.js', 'accuracy', ...adapters, '--report', `Chromium=${report}`]);

#!/usr/bin/env node
// Writes docs/experiments/: a page and a chart for each of the background's experiments. Some seven minutes on two cores with
// llvmpipe. What stands behind `npm run experiments --`, such as `--adapter llvmpipe`, goes to every one.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const name of ['saturation', 'batch-norm', 'scoring', 'batch-size', 'two-classes', 'search']) {
  const at = `docs/experiments/${name}`;
  const args = [
    'build/studies.js',
    'experiment',
    name,
    '--svg',
    `${at}.svg`,
    '--page',
    `${at}.md`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

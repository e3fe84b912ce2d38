// The quick check's report, which test/node/check.test.ts saves for the browser tests.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckReport, jsonOf } from '../src/conformance/suite/report.ts';

const FILE = fileURLToPath(new URL('../node_modules/.cache/gradfold/quick_check.json', import.meta.url));
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** Identifies the build: a report of another build does not apply. */
function buildId(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(DIST).sort()) if (name.endsWith('.js')) hash.update(readFileSync(DIST + name));
  return hash.digest('hex');
}

export function keepQuickCheck(report: CheckReport): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify({ build: buildId(), report: JSON.parse(jsonOf(report)) }));
}

/** Returns the saved report of this build; undefined if there is none. */
export function keptQuickCheck(): CheckReport | undefined {
  try {
    const { build, report } = JSON.parse(readFileSync(FILE, 'utf8'));
    return build === buildId() ? report : undefined;
  } catch {
    return undefined;
  }
}

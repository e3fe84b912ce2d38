import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../root.ts';

const FEATURE_OFF = 'disable-dawn-features=';

/**
 * Disables the rounding of timestamps to 65,536 ns, Dawn's default. Must run before Dawn opens.
 * @returns the flags that Dawn will be started with
 */
export function keepExactTimestamps(env: NodeJS.ProcessEnv = process.env): string[] {
  const flags = (env.GRADFOLD_DAWN_FLAGS ?? '').split(';').filter(Boolean);
  const at = flags.findIndex((flag) => flag.startsWith(FEATURE_OFF));
  const off = new Set((flags[at]?.slice(FEATURE_OFF.length) ?? '').split(',').filter(Boolean)).add(
    'timestamp_quantization',
  );
  flags.splice(at < 0 ? flags.length : at, 1, FEATURE_OFF + [...off].join(','));
  env.GRADFOLD_DAWN_FLAGS = flags.join(';');
  return flags;
}

/** Returns the versions of Node and of Dawn's package. */
export function runtimeName(): string {
  return `Node ${process.versions.node}, Dawn of webgpu ${webgpuVersion()}`;
}

function webgpuVersion(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('webgpu');
    const { version } = JSON.parse(readFileSync(join(entry, '..', 'package.json'), 'utf8'));
    return version;
  } catch {
    return 'unknown';
  }
}

/** Returns the commit of this repository; undefined outside a repository. */
export function commitOf(root = packageRoot()): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}, changed`;
  } catch {
    return undefined;
  }
}

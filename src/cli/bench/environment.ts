import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../root.ts';

const FEATURE_OFF = 'disable-dawn-features=';

/**
 * Has Dawn give timestamps as the GPU has them, before it opens: by default it rounds them to 65,536 ns.
 * @returns what Dawn will be started with
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

/** Node, and the version of Dawn's package. */
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

/** Of the repository that this is; undefined where it is none. */
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

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Facts } from '../../scripts/implementations/suite.mjs';
import { packageRoot } from '../../src/cli/root.ts';
import { type Implementation, implementationsPage } from './page.ts';

const SUITE = 'scripts/implementations';

/** How the suite runs on each implementation, in the order of the page's columns: arguments of Node. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  node: ['scripts/with-adapter.mjs', '--adapter', 'llvmpipe', 'node', `${SUITE}/run.mjs`],
  chromium: [`${SUITE}/browser.mjs`, 'chromium'],
  firefox: ['scripts/with-adapter.mjs', '--adapter', 'llvmpipe', 'node', `${SUITE}/browser.mjs`, 'firefox'],
  deno: [
    ...[
      'scripts/with-adapter.mjs',
      '--adapter',
      'llvmpipe',
      'node_modules/.bin/deno',
      'run',
      '--allow-write=node_modules/.cache',
    ],
    `${SUITE}/run.mjs`,
  ],
};

const STORE = 'docs/implementations.json';

type Store = Partial<Record<string, Implementation>>;

export function registerImplementations(program: Command): void {
  program
    .command('implementations')
    .description('run the suite on implementations of WebGPU and write what it found to docs/implementations.md')
    .addArgument(
      new Argument('[names...]', 'implementations to run it on; without any, only the page is written').choices(
        Object.keys(RUNS),
      ),
    )
    .option('--kept', 'take the results of the last run instead of running the suite')
    .addHelpText('after', '\nThe exit code is 1 if a suite has failures, 2 if it could not run.')
    .action((names: readonly string[], { kept = false }: { kept?: boolean }) => {
      const store = readStore();
      let failed = 0;
      for (const name of names) {
        const facts = kept ? readFacts(name) : factsOf(name);
        failed += facts.failed.length;
        store[name] = entryOf(facts);
      }
      const ordered = Object.keys(RUNS).flatMap((name) => (store[name] ? [[name, store[name]] as const] : []));
      writeFileSync(rooted(STORE), `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`);
      writeFileSync(rooted('docs/implementations.md'), implementationsPage(ordered.map(([, one]) => one)));
      console.log(`docs/implementations.md: ${ordered.map(([name]) => name).join(', ')}; ${failed} failures`);
      process.exitCode = failed > 0 ? 1 : 0;
    });
}

/** What a run found out, with the host and its version. */
export type HostFacts = Facts & { readonly host: string };

/** The file to which the suite writes what it found, which `npm run accuracy` reads as well. */
function fileOf(name: string): string {
  return join('node_modules', '.cache', 'gradfold', 'implementations', `${name}.json`);
}

/** Runs the suite on an implementation. @throws if it could not run */
export function factsOf(name: string): HostFacts {
  console.error(`running the suite on ${name}: takes some minutes`);
  // What a run before this one found must not pass for what this one finds.
  rmSync(rooted(fileOf(name)), { force: true });
  spawnSync(process.execPath, [...(RUNS[name] ?? []), fileOf(name)], { cwd: packageRoot(), stdio: 'inherit' });
  return readFacts(name);
}

function readFacts(name: string): HostFacts {
  const file = rooted(fileOf(name));
  if (!existsSync(file))
    throw new Error(`implementations: ${name} has no results: the suite could not run, or never did`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What the page needs: not the check's rows. */
function entryOf({ host, used, milliseconds, trainingError, report }: HostFacts): Implementation {
  const { adapter, cases, results, missing, over } = report;
  return { host, used, milliseconds, trainingError, report: { adapter, cases, results, missing, over: over.length } };
}

function readStore(): Store {
  return existsSync(rooted(STORE)) ? JSON.parse(readFileSync(rooted(STORE), 'utf8')) : {};
}

function rooted(path: string): string {
  return join(packageRoot(), path);
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../src/cli/root.ts';
import type { CheckReport } from '../../src/conformance/suite/report.ts';
import { factsOf, type HostFacts } from '../implementations/command.ts';
import { type AccuracyReport, accuracyPage } from './page.ts';
import { merged, storedText } from './store.ts';

interface Options {
  readonly adapter: readonly string[];
  readonly report: readonly string[];
  readonly chromium?: true;
  readonly implementation: readonly string[];
  readonly output: string;
}

const each = (value: string, list: readonly string[]) => [...list, value];

export function registerAccuracy(program: Command): void {
  program
    .command('accuracy')
    .description(
      "run the full check on each adapter and write one page of all errors: this repository's docs/accuracy.md, whose other columns stay",
    )
    .option('--adapter <name>', 'adapter to run the check on, in a separate process; may be repeated', each, [])
    .option(
      '--report <[host=]file>',
      'output of `check --json` from elsewhere, as in browser=chromium.json; may be repeated',
      each,
      [],
    )
    .option('--chromium', "also run the quick form in the tests' Chromium")
    .option(
      '--implementation <name>',
      'another implementation of WebGPU to run the suite on: deno or firefox; may be repeated',
      each,
      [],
    )
    .option('--output <file>', 'file to write the page to', 'docs/accuracy.md')
    .addHelpText('after', '\nThe exit code is 1 if a result is over its error budget, 2 if a check could not run.')
    .action((options: Options) => {
      const files = [...(options.chromium ? [`Chromium=${reportOfChromium()}`] : []), ...options.report];
      const reports = [
        ...options.adapter.map(measured),
        ...files.map(fromFile),
        ...options.implementation.map((name) => ofFacts(factsOf(name))),
      ];
      if (reports.length === 0) {
        throw new Error('accuracy: expected at least one --adapter, --report, --chromium or --implementation');
      }
      mkdirSync(dirname(options.output), { recursive: true });
      const store = options.output.replace(/(?:\.md)?$/, '.json');
      const all = merged(existsSync(store) ? JSON.parse(readFileSync(store, 'utf8'), numberOrText) : [], reports);
      writeFileSync(store, storedText(all));
      writeFileSync(options.output, accuracyPage(all));
      const over = reports.reduce((sum, { report }) => sum + report.over.length, 0);
      console.log(`${options.output}: ${reports.length} reports, ${over} results over budget`);
      process.exitCode = over > 0 ? 1 : 0;
    });
}

/** Runs the full check on an adapter in a new process, because its environment is read at the start. */
function measured(adapter: string): AccuracyReport {
  const argv = [join(packageRoot(), 'dist', 'cli.js'), 'check', '--json', '--adapter', adapter];
  console.error(`checking ${adapter}: takes some minutes on a CPU`);
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0 && status !== 1) throw new Error(`accuracy: the check on ${adapter} failed: ${stderr}`);
  return { host: 'Node', report: parse(stdout, adapter) };
}

/** @returns the file that holds the report of the check in Chromium */
function reportOfChromium(): string {
  const report = join(packageRoot(), 'node_modules', '.cache', 'gradfold', 'browser-check.json');
  mkdirSync(dirname(report), { recursive: true });
  const { status } = spawnSync('npm', ['run', 'test:browser', '--', 'test/browser/check.test.ts'], {
    ...{ cwd: packageRoot(), stdio: 'inherit', env: { ...process.env, GRADFOLD_BROWSER_REPORT: report } },
  });
  if (status !== 0) throw new Error(`accuracy: the check in Chromium failed, with exit code ${status}`);
  return report;
}

function fromFile(argument: string): AccuracyReport {
  const [, host = 'Node', file = ''] = /^(?:([^=]+)=)?(.+)$/.exec(argument) ?? [];
  return { host, report: parse(readFileSync(file, 'utf8'), file) };
}

/** A version is not part of a column's name. */
function ofFacts({ host, report }: HostFacts): AccuracyReport {
  return { host: host.split(' ')[0] as string, report: JSON.parse(JSON.stringify(report), numberOrText) };
}

/** @throws if the text is not a report of the check */
function parse(text: string, from: string): CheckReport {
  const document = JSON.parse(text, numberOrText) as CheckReport & { readonly report?: CheckReport };
  // The suite writes a report among other facts.
  const report = document.report ?? document;
  if (!Array.isArray(report.rows)) {
    throw new Error(`accuracy: ${from} is not a report of the check (check --json)`);
  }
  return report;
}

/** Reads the numbers that `check --json` writes as text because JSON lacks them. */
function numberOrText(_: string, value: unknown): unknown {
  return value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value;
}

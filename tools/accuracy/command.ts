import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../src/cli/root.ts';
import type { CheckReport } from '../../src/conformance/suite/report.ts';
import { type AccuracyReport, accuracyPage } from './page.ts';

interface Options {
  readonly adapter: readonly string[];
  readonly report: readonly string[];
  readonly chromium?: true;
  readonly output: string;
}

const each = (value: string, list: readonly string[]) => [...list, value];

export function registerAccuracy(program: Command): void {
  program
    .command('accuracy')
    .description(
      "run the full check on each adapter and write one page of all errors: this repository's docs/accuracy.md",
    )
    .option('--adapter <name>', 'to run the check on, by a process of its own; may be given several times', each, [])
    .option(
      '--report <[host=]file>',
      'what `check --json` printed elsewhere, as for browser=chromium.json; may be given several times',
      each,
      [],
    )
    .option('--chromium', "run the quick form in the tests' Chromium too")
    .option('--output <file>', 'the page', 'docs/accuracy.md')
    .addHelpText(
      'after',
      '\nThe exit code is 1 where a result is over its error budget, 2 where a check could not run.',
    )
    .action((options: Options) => {
      const files = [...(options.chromium ? [`Chromium=${reportOfChromium()}`] : []), ...options.report];
      const reports = [...options.adapter.map(measured), ...files.map(fromFile)];
      if (reports.length === 0) throw new Error('accuracy: expected at least one --adapter, --report or --chromium');
      mkdirSync(dirname(options.output), { recursive: true });
      writeFileSync(options.output, accuracyPage(reports));
      const over = reports.reduce((sum, { report }) => sum + report.over.length, 0);
      console.log(`${options.output}: ${reports.length} reports, ${over} results over the bound`);
      process.exitCode = over > 0 ? 1 : 0;
    });
}

/** The full check on an adapter: its environment is read when a process starts. */
function measured(adapter: string): AccuracyReport {
  const argv = [join(packageRoot(), 'dist', 'cli.js'), 'check', '--json', '--adapter', adapter];
  console.error(`checking ${adapter}: some minutes on a processor`);
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

/** @throws where the text is no report of the check */
function parse(text: string, from: string): CheckReport {
  const report = JSON.parse(text, numberOrText) as CheckReport;
  if (!Array.isArray(report.rows)) {
    throw new Error(`accuracy: ${from} holds no report of the check (check --json)`);
  }
  return report;
}

/** As `check --json` writes what JSON has no number for. */
function numberOrText(_: string, value: unknown): unknown {
  return value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value;
}

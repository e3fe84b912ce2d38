import type { Command } from 'commander';
import { compareReports } from '../../../bench/compare.ts';
import { csvOf } from '../../../bench/csv.ts';
import { type CudaRows, mergeCuda } from '../../../bench/merge.ts';
import { jsonOf, type Report } from '../../../bench/report.ts';
import { writeCharts } from './charts.ts';
import { jsonAt, reportAt, writeText } from './files.ts';
import { measured } from './measured.ts';
import { addBenchOptions, type BenchCommandOptions } from './options.ts';
import { writePage } from './page.ts';
import { renderComparison, renderReport } from './table.ts';

export function registerBench(program: Command): void {
  const command = program
    .command('bench')
    .description("check ops against float64, then time them on this machine's adapter next to a copy of the same size");
  addBenchOptions(command)
    .addHelpText('after', '\nThe exit code is 1 if a result of Gradfold was wrong, 2 if the command could not run.')
    .action(async (options: BenchCommandOptions) => {
      if (options.report) await writePage(options.report, options.output);
      else process.exitCode = exitCodeOf(await bench(options));
    });
}

async function bench(options: BenchCommandOptions): Promise<Report> {
  // Input files are read before anything is measured.
  const old = options.compare === undefined ? undefined : reportAt(options.compare);
  const cuda = options.merge.map((file) => ({ file, rows: jsonAt(file) as CudaRows }));
  const own = options.from === undefined ? await measured(options) : reportAt(options.from);
  const report = cuda.reduce((all, { file, rows }) => mergeCuda(all, rows, file), own);
  console.log(renderReport(report));
  if (old) console.log(`\n${renderComparison(compareReports(old, report), options.compare as string)}`);
  if (options.json !== undefined) writeText(options.json, `${jsonOf(report)}\n`);
  if (options.csv !== undefined) writeText(options.csv, csvOf(report));
  if (options.charts !== undefined) {
    const names = await writeCharts(report, options.charts);
    console.error(`${options.charts}: ${names.join(', ') || 'no charts to draw'}`);
  }
  return report;
}

/** Returns 1 if a result of Gradfold was wrong. A case without a result does not count. */
export function exitCodeOf({ rows }: Report): number {
  return rows.some(({ library, right, error }) => library === 'Gradfold' && !right && error !== undefined) ? 1 : 0;
}

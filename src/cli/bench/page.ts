import { basename, dirname, join } from 'node:path';
import { COPY_WIDTHS } from '../../../bench/copy.ts';
import { coldLines } from '../../../bench/figures.ts';
import type { Report } from '../../../bench/report.ts';
import { standingLine, standingOf } from '../../../bench/standing.ts';
import { writeCharts } from './charts.ts';
import { reportAt, writeText } from './files.ts';
import { aboutReport, HEAD, linesOf } from './table.ts';

/** Reads reports, draws their charts into a folder beside the page, named like it, and writes the page. */
export async function writePage(files: readonly string[], output: string): Promise<void> {
  const reports = files.map((file) => ({ file, report: reportAt(file) }));
  const folder = basename(output, '.md');
  const drawn: ReportOnPage[] = [];
  for (const { file, report } of reports) {
    const own = `${folder}/${basename(file, '.json')}`;
    const names = await writeCharts(report, join(dirname(output), own));
    drawn.push({ file, report, charts: names.map((name) => `${own}/${name}`) });
  }
  writeText(output, performancePage(drawn));
  console.log(`${output}: ${reports.length} reports`);
}

/** A stored report, and the charts that were drawn of it, as paths from the page. */
export interface ReportOnPage {
  readonly file: string;
  readonly report: Report;
  readonly charts: readonly string[];
}

/** One page of Markdown: what is measured and how, and all reports. */
export function performancePage(reports: readonly ReportOnPage[]): string {
  return [
    '# Performance',
    '',
    '<!-- Written by `npm run performance`. -->',
    '',
    ...INTRODUCTION,
    '',
    ...reports.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf({ file, report, charts }: ReportOnPage): string[] {
  const about = aboutReport(report);
  const standing = standingOf(report.rows);
  return [
    `## ${about[0]?.[1]}`,
    '',
    `From \`${file}\`.`,
    '',
    ...about.slice(1).map(([name, value]) => `- ${name}: ${value}`),
    '',
    `| ${HEAD.join(' | ')} |`,
    `|${HEAD.map((_, column) => (column > 3 && column < HEAD.length - 1 ? '---:' : '---')).join('|')}|`,
    ...linesOf(report.rows).map((cells) => `| ${cells.map(escaped).join(' | ')} |`),
    '',
    ...(standing ? [`${standingLine(standing)}.`, ''] : []),
    ...charts.flatMap((path) => [`![${basename(path, '.svg')}: share of the copy over columns](${path})`, '']),
    ...(report.cold ? ['Apart from the kernels:', '', ...coldLines(report.cold).map((line) => `- ${line}`), ''] : []),
  ];
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|');

const INTRODUCTION = [
  'Ops on whole tensors, checked against float64 and then timed, beside a copy of the same tensor in the same run.',
  '',
  '**What is timed.** A batch is one call after another on the same inputs, whose outputs take turns in three sets of',
  'buffers; all memory was written before. Batches are timed by the GPU’s own clock where it has one (timestamp queries;',
  'in Node without the rounding that WebGPU puts on them), else by the host’s. A GPU is kept busy with copies that are not',
  'timed while the host encodes a batch. A batch lasts 50 steps of the clock at least, or is refused. Every round has a',
  'batch of the copy, of Gradfold and of each other library; each round starts with another. A time is the median of the',
  'rounds, with what 20 and 80 % of them stay below.',
  '',
  '**How to read the ratio.** A copy reads each element once and writes it once, as fast as a kernel of 16-byte loads does',
  `(${COPY_WIDTHS.join(' or ')} lanes a workgroup, whichever is faster there). *× copy* is the time by that of the copy of the same`,
  'round: a machine that is slow today is so for both. *share* is the bandwidth by the bytes that no plan can do without',
  '(each large input read once, each large output written once), as a part of the copy’s: 100 % is a kernel that costs what',
  'its memory costs. *planned* counts what Gradfold’s plan moves: where it is well above *share*, rows are read again that no',
  'register holds; where both are low, it is not memory that a kernel waits for. *GB/s* goes by the least bytes. What fits',
  'a GPU’s cache is timed from there, the copy too.',
  '',
  '**What is right.** Of every result 48 rows, or channels, spread over all, are held against float64: more than 2^-14 of the',
  'largest value (2^-9 in f16) is wrong, and so is what holds NaN. What is wrong is not timed, and the row says what it is.',
  'Accuracy to the last digits is another page: [accuracy.md](accuracy.md).',
  '',
  '**Other libraries** are called by their own public functions, the fastest way that these allow, each on a device of its',
  'own of the same adapter of the same Dawn: [bench/peers](../bench/peers/README.md) says which functions, and what was seen',
  'of each. They have no backward pass of batch-norm alone, so both passes together are a row of their own.',
  '',
  '**To measure again:**',
  '',
  '```sh',
  'npm ci && npm ci --prefix bench/peers && npm run build',
  'node dist/cli.js bench --peers tensorflow jax onnxruntime --cold --json bench/results/NAME.json',
  'node dist/cli.js bench --columns --peers tensorflow jax onnxruntime --json bench/results/NAME-columns.json',
  '# where there is CUDA, on the same cases and machine:',
  'python3 bench/peers/cuda.py --cases bench/results/NAME.json --out cuda.json',
  'node dist/cli.js bench --from bench/results/NAME.json --merge cuda.json --json bench/results/NAME.json',
  '# this page, and its charts:',
  'npm run performance',
  '```',
  '',
  '`--compare OLD.json` sets a run beside an older one, and says which changes are beyond the noise.',
];

import { basename, dirname, join } from 'node:path';
import { COPY_WIDTHS } from '../../../bench/copy.ts';
import { coldLines } from '../../../bench/figures.ts';
import type { Report } from '../../../bench/report.ts';
import { standingLine, standingOf } from '../../../bench/standing.ts';
import { writeCharts } from './charts.ts';
import { reportAt, writeText } from './files.ts';
import { aboutReport, HEAD, linesOf } from './table.ts';

/** Reads reports, writes the page, and writes its charts to a folder next to it with the page's name. */
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

/** A stored report, and the paths of its charts relative to the page. */
export interface ReportOnPage {
  readonly file: string;
  readonly report: Report;
  readonly charts: readonly string[];
}

/** Returns a Markdown page: what is measured and how, then all reports. */
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
    ...charts.flatMap((path) => [`![${basename(path, '.svg')}: share of copy bandwidth over columns](${path})`, '']),
    ...(report.cold ? ['Outside the kernels:', '', ...coldLines(report.cold).map((line) => `- ${line}`), ''] : []),
  ];
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|');

const INTRODUCTION = [
  'Each op is checked against float64, then timed, next to a copy of the same tensor in the same run.',
  '',
  '**What is timed.** A batch is a series of calls on the same inputs, with outputs in three sets of buffers in turn. All',
  'memory is written beforehand. Batches are timed by the GPU’s clock if it has timestamp queries (in Node, without the',
  'rounding that WebGPU applies to them), else by the host’s. While the host encodes a batch, untimed copies keep the GPU',
  'busy. A batch lasts at least 50 quanta of the clock, or it is refused. Every round has one batch each of the copy, of',
  'Gradfold and of every other library, and each round starts with a different one. A time is the median of the rounds,',
  'with the 20th and 80th percentiles.',
  '',
  '**How to read the ratio.** A copy reads and writes each element once, as fast as a kernel with 16-byte loads can',
  `(${COPY_WIDTHS.join(' or ')} lanes per workgroup, whichever is faster). *× copy* is the time divided by that of the copy in the same`,
  'round, so a slow machine affects both. *share* is the bandwidth as a percentage of the copy’s, counting only the bytes',
  'that every plan must move (each large input read once, each large output written once): 100 % means that the kernel',
  'costs only its memory traffic. *planned* counts the bytes that Gradfold’s plan moves. If it is well above *share*, rows',
  'do not fit in registers and are read again; if both are low, the kernel is not limited by memory. *GB/s* counts the',
  'same bytes as *share*. Tensors that fit in a GPU’s cache are timed from the cache, and so is the copy.',
  '',
  '**What is correct.** In every result, 48 rows or channels, evenly spread, are compared with float64. An error above',
  '2^-14 of the largest value (2^-9 in f16) is wrong, and so is NaN. Wrong results are not timed; the row states the error.',
  'Accuracy to the last digit has its own page: [accuracy.md](accuracy.md).',
  '',
  '**Other libraries** are called through their public functions in the fastest way that these allow, each on its own',
  'device of the same adapter and the same Dawn. [bench/peers](../bench/peers/README.md) lists the functions and',
  'observations on each library. They have no separate backward pass of batch norm, so both passes together have their',
  'own row.',
  '',
  '**To measure again:**',
  '',
  '```sh',
  'npm ci && npm ci --prefix bench/peers && npm run build',
  'node dist/cli.js bench --peers tensorflow jax onnxruntime --cold --json bench/results/NAME.json',
  'node dist/cli.js bench --columns --peers tensorflow jax onnxruntime --json bench/results/NAME-columns.json',
  '# with CUDA, on the same cases and machine:',
  'python3 bench/peers/cuda.py --cases bench/results/NAME.json --out cuda.json',
  'node dist/cli.js bench --from bench/results/NAME.json --merge cuda.json --json bench/results/NAME.json',
  '# this page and its charts:',
  'npm run performance',
  '```',
  '',
  '`--compare OLD.json` compares a run with an older one, and marks changes beyond the noise.',
];

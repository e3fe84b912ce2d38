import { LEAST_QUANTA } from '../../../bench/clock.ts';
import type { Change, Comparison } from '../../../bench/compare.ts';
import { coldLines, libraryName, micro, milli, percent, shapeName, verdictOf } from '../../../bench/figures.ts';
import type { Spread } from '../../../bench/measure.ts';
import {
  caseName,
  copySpeedOf,
  plannedShareOf,
  type Report,
  type Row,
  shareOf,
  speedOf,
} from '../../../bench/report.ts';
import { standingLine, standingOf } from '../../../bench/standing.ts';
import { describeAdapter } from '../../../scripts/probe.mjs';
import { bareTable } from '../table.ts';

/** Returns the report as text. */
export function renderReport(report: Report): string {
  const { rows, cold } = report;
  const standing = standingOf(rows);
  const parts = [
    ...aboutLines(report),
    tableOf(rows),
    LEGEND,
    ...(standing ? ['', standingLine(standing)] : []),
    ...(cold ? ['', ...coldLines(cold)] : []),
  ];
  return parts.join('\n').replaceAll(/ +$/gm, '');
}

/** Returns names and values of the adapter, the software and the method of a report. */
export function aboutReport(report: Report): [name: string, value: string][] {
  const { adapter, runtime, flags, clock, rounds, gradfold, commit, date } = report;
  const libraries = new Map(report.rows.map(({ library, version }) => [library, version]));
  libraries.delete('Gradfold');
  const cuda = report.rows.find(({ on }) => on !== undefined)?.on;
  return [
    ['adapter', describeAdapter(adapter)],
    ['runtime', [runtime, ...flags].join('; ')],
    ['gradfold', `${gradfold}${commit === undefined ? '' : `, commit ${commit}`}, ${date.slice(0, 10)}`],
    ...(libraries.size > 0
      ? [['against', [...libraries].map((library) => library.join(' ')).join(', ')] as [string, string]]
      : []),
    ...(cuda === undefined ? [] : [['CUDA', cuda] as [string, string]]),
    [
      'clock',
      `the ${clock.kind === 'gpu' ? "GPU's" : "host's"}, quantum ${micro(clock.quantum)} µs, batches of at least ${LEAST_QUANTA} quanta; ${rounds} rounds`,
    ],
  ];
}

function aboutLines(report: Report): string[] {
  return aboutReport(report).map(([name, value]) => `${name}:`.padEnd(10) + value);
}

function tableOf(rows: readonly Row[]): string {
  let previous = '';
  const lines = linesOf(rows).map((cells) => {
    const heading = cells.slice(0, 3).join('|');
    const again = heading === previous;
    previous = heading;
    return again ? ['', '', '', ...cells.slice(3)] : cells;
  });
  return bareTable(
    HEAD.map((head, i) => [head, i > 3 && i < HEAD.length - 1 ? 'right' : 'left']),
    lines,
  );
}

export const HEAD = [
  'op',
  'shape',
  'dtype',
  'library',
  'ms',
  'p20-p80',
  '× copy',
  'share',
  'planned',
  'GB/s',
  'error, or what is wrong',
] as const;

/** Returns the table's lines, with the columns of `HEAD`: for each case the copy, then each library. */
export function linesOf(rows: readonly Row[]): string[][] {
  return rows.flatMap((row, index) => {
    const first = index === 0 || caseName(row) !== caseName(rows[index - 1] as Row);
    return first && row.copyMs !== undefined ? [copyCells(row, row.copyMs), cellsOf(row)] : [cellsOf(row)];
  });
}

function copyCells(row: Row, copyMs: number): string[] {
  return [...caseCells(row), 'a copy', milli(copyMs), '', '1', '', '', copySpeedOf(row)?.toPrecision(3) ?? '', ''];
}

function caseCells(row: Row): string[] {
  return [row.op, shapeName(row), row.dtype];
}

function cellsOf(row: Row): string[] {
  const { ms, ofCopy } = row;
  return [
    ...caseCells(row),
    libraryName(row),
    ms ? milli(ms.median) : '',
    ms ? `${milli(ms.p20)}-${milli(ms.p80)}` : '',
    ofCopy ? ofCopy.median.toFixed(2) : '',
    percent(shareOf(row)),
    percent(plannedShareOf(row)),
    speedOf(row)?.toPrecision(3) ?? '',
    verdictOf(row),
  ];
}

export const LEGEND = `× copy: time divided by that of a copy of the tensor (one read, one write) in the same round; median of the rounds
share:  bandwidth relative to the copy's, counting the least possible bytes; planned: counting what Gradfold's plan moves
error:  largest error against float64, relative to the result's largest value; wrong results are not timed`;

/** Returns a table of how each row changed since another run. */
export function renderComparison({ differences, changes }: Comparison, from: string): string {
  const figures = ['× copy before', 'now', 'change'].map((head) => [head, 'right'] as const);
  const beyond = changes.filter(({ beyondNoise }) => beyondNoise).length;
  const compared = changes.filter(({ change }) => change !== undefined).length;
  return [
    `compared with ${from}`,
    ...differences.map((line) => `note: ${line}`),
    bareTable(['case', 'library', ...figures, ''], changes.map(changeCells)),
    `${compared} compared, ${beyond} beyond the noise: their ranges from the 20th to the 80th percentile do not overlap`,
  ]
    .join('\n')
    .replaceAll(/ +$/gm, '');
}

function changeCells({ name, library, before, after, change, beyondNoise, note }: Change): string[] {
  const range = (spread?: Spread) =>
    spread ? `${spread.median.toFixed(2)} (${spread.p20.toFixed(2)}-${spread.p80.toFixed(2)})` : '';
  const signed = change === undefined ? '' : `${change > 0 ? '+' : ''}${(100 * change).toFixed(1)} %`;
  const verdict = beyondNoise ? ((change as number) < 0 ? 'faster' : 'SLOWER') : 'within the noise';
  return [name, library, range(before), range(after), signed, note ?? verdict];
}

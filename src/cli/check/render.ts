import { describeAdapter } from '../../../scripts/probe.mjs';
import {
  type CheckReport,
  type CheckRow,
  describeFinding,
  dtypesOf,
  figure,
  shareOf,
} from '../../conformance/suite/report.ts';
import { bareTable } from '../table.ts';

const LIMITS = {
  adapter: "the adapter's largest",
  default: "WebGPU's defaults only",
  compatibility: "WebGPU's compatibility level only",
};

/** Returns the report as text. */
export function renderReport(report: CheckReport): string {
  const { adapter, limits, form, cases, results, seconds, over, missing } = report;
  const lines = [
    `adapter: ${describeAdapter(adapter)}`,
    `limits:  ${LIMITS[limits]}`,
    ...missing.map((line) => `note:    ${line}`),
    tableOf(report.rows),
    LEGEND,
    ...over.map((finding) => `OVER: ${describeFinding(finding)}`),
    `${form} check: ${cases} cases, ${results} results against float64, ${over.length} over, ${seconds.toFixed(1)} s`,
  ];
  return lines.join('\n').replaceAll(/ +$/gm, '');
}

function tableOf(rows: readonly CheckRow[]): string {
  let previous: Partial<CheckRow> = {};
  const lines = rows.map((row) => {
    const { op, plan, cases, error, baseline, budget, misrounded, ok } = row;
    const heading = [op === previous.op ? '' : op, sameKind(row, previous) ? '' : dtypesOf(row)];
    previous = row;
    const errors = [error, baseline, budget].map(figure);
    return [...heading, plan, cases, ...errors, shareOf(misrounded), ok ? 'ok' : 'OVER'];
  });
  const columns = ['cases', 'error, ulp', 'baseline', 'budget', 'misrounded'].map((head) => [head, 'right'] as const);
  return bareTable(['op', 'dtype', 'fold', ...columns, ''], lines);
}

function sameKind({ op, from, to }: CheckRow, previous: Partial<CheckRow>): boolean {
  return op === previous.op && from === previous.from && to === previous.to;
}

const LEGEND = `error: the largest against float64, next to that of the float32 baseline on the same case; in ulps, 2^-23 of the value.
       For results in f16, in ulps of f16: at most half an ulp if correctly rounded. misrounded: the share of results that
       are not, which is allowed only if f32 cannot tell which of two halves is nearer
fold:  default is the plan for this adapter; unaligned is the same for tensors that start between vectors;
       the others are forced, gpu with the wide teams of a GPU`;

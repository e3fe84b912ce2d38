import { type CheckReport, type CheckRow, dtypesOf, figure, shareOf } from '../../src/conformance/suite/report.ts';
import type { BackendInfo } from '../../src/device/open.ts';

/** A check's report and the host that ran it. */
export interface AccuracyReport {
  /** 'Node', 'browser' or another host. */
  readonly host: string;
  readonly report: CheckReport;
}

/** Returns one page of Markdown: the error table of all reports, its units, and the machine of each report. */
export function accuracyPage(reports: readonly AccuracyReport[]): string {
  const columns = reports.map(({ host, report }) => ({ heading: headingOf(host, report.adapter), report }));
  const kinds = kindsOf(reports.map(({ report }) => report));
  const table = (to: CheckRow['to']) => [
    `| op | dtype | ${columns.map(({ heading }) => heading).join(' | ')} |`,
    `|---|---|${columns.map(() => '---|').join('')}`,
    ...kinds
      .filter((kind) => kind.to === to)
      .map(
        (kind) => `| ${kind.op} | ${dtypesOf(kind)} | ${columns.map(({ report }) => cell(report, kind)).join(' | ')} |`,
      ),
  ];
  const over = reports.flatMap(({ host, report }) =>
    report.over.map(({ op, name, plan }) => `- ${headingOf(host, report.adapter)}: ${op}, ${plan}, ${name}`),
  );
  return [
    '# Accuracy',
    '',
    '<!-- Written by `npm run accuracy`. -->',
    '',
    ...INTRODUCTION,
    '',
    '## Machines',
    '',
    '| adapter | driver | run by | form | limits | cases | results compared | over budget |',
    '|---|---|---|---|---|---:|---:|---:|',
    ...reports.map(({ host, report }) => machineRow(host, report)),
    '',
    '## Results in f32',
    '',
    'Worst error (the float32 baseline on the same case, its error budget), in ulps of f32. Losses are f32 whatever their logits.',
    '',
    ...table('f32'),
    '',
    '## Results in f16',
    '',
    'Worst distance (its error budget), in ulps of f16; then the fraction of results that differ from the rounded float64.',
    '',
    ...table('f16'),
    '',
    '## Over budget',
    '',
    ...(over.length > 0 ? over : ['Nothing.']),
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'Every op runs on an adapter with each of its reduction strategies and plans, on adversarial shapes and values, with',
  'every combination of its options. The results are compared with float64 on the same stored inputs.',
  '',
  '**f32.** One ulp is 2^-23 of the true value, or of the sum of the magnitudes of its terms if they cancel. The error',
  'budget is twice the error of the float32 baseline: plain f32, correctly rounded, with sums in blocks of 256. If that',
  'baseline happens to be exact (one column, a power of two), the budget is the error that WGSL allows for the last steps:',
  '2.5 ulp for a division, 1.2 for our own exponential. Probabilities and losses of labels also meet fixed bounds: 2e-6',
  'relative where p > 1e-7, 1e-5 where p > 1e-30, rows that sum to one within 1e-6, losses within 1e-4.',
  '',
  '**f16.** Halves are computed in f32 and rounded once, to nearest, ties to even; values from 65,520 up become infinity.',
  'One ulp is that of the true value, at least 2^-24. A result is correct if it is the half nearest to the true value.',
  'There is one exception: if the true value is closer to the midpoint of two neighboring halves than the f32 error',
  'budget, the other neighbor is correct too. The distance is then at most half an ulp plus that budget. If the terms of a',
  'sum cancel, the f32 error scales with the terms and may be several ulps of a small result. Losses of halves, and',
  'results requested in f32, follow the rule for f32.',
  '',
  '**Special values** (NaN, infinities, the largest numbers, ±0, empty rows) have the same result everywhere. Subnormal',
  'halves are exact. Subnormals of f32 may count as 0 in arithmetic; ops that only compare keep them.',
  '',
  'Each figure is from the case that uses the largest part of its error budget, over all plans of the adapter.',
];

function kindsOf(reports: readonly CheckReport[]): Pick<CheckRow, 'op' | 'from' | 'to'>[] {
  const kinds = new Map<string, CheckRow>();
  for (const row of reports.flatMap(({ rows }) => rows)) {
    const key = `${row.op} ${dtypesOf(row)}`;
    if (!kinds.has(key)) kinds.set(key, row);
  }
  return [...kinds.values()];
}

function cell({ rows }: CheckReport, { op, from, to }: Pick<CheckRow, 'op' | 'from' | 'to'>): string {
  const own = rows.filter((row) => row.op === op && row.from === from && row.to === to);
  if (own.length === 0) return '';
  const worst = worstOf(own);
  const error = worst.ok ? figure(worst.error) : `**${figure(worst.error)}**`;
  if (to === 'f32') return `${error} (${figure(worst.baseline)}, ${figure(worst.budget)})`;
  return `${error} (${figure(worst.budget)}), ${shareOf(worst.misrounded ?? 0)}`;
}

/** Returns the row that uses the largest part of its budget, with the largest fraction of misrounded results of any. */
export function worstOf(rows: readonly CheckRow[]): CheckRow {
  const share = (row: CheckRow) => (row.ok ? (row.error === 0 ? 0 : row.error / row.budget) : Number.POSITIVE_INFINITY);
  const worst = rows.reduce((a, b) => (share(b) > share(a) ? b : a));
  if (worst.misrounded === undefined) return worst;
  return { ...worst, misrounded: Math.max(...rows.map((row) => row.misrounded ?? 0)) };
}

/** Returns the heading of a column: the adapter, unless the host does not tell, and the host. */
export function headingOf(host: string, { vendor, architecture, description }: BackendInfo): string {
  const name = /llvmpipe|swiftshader/i.exec(`${architecture} ${description}`)?.[0] ?? [vendor, architecture].join(' ');
  return [name.trim(), host].filter(Boolean).join(', ');
}

function machineRow(host: string, { adapter, form, limits, cases, results, over }: CheckReport): string {
  const name = [adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'not named';
  return `| ${name} | ${adapter.description} | ${host} | ${form} | ${limits} | ${cases} | ${results} | ${over.length} |`;
}

import { type CheckReport, type CheckRow, dtypesOf, figure, shareOf } from '../../src/conformance/suite/report.ts';
import type { BackendInfo } from '../../src/device/open.ts';

/** A check's report, and what it was run by. */
export interface AccuracyReport {
  /** 'Node' or 'browser', or whatever else was asked to run it. */
  readonly host: string;
  readonly report: CheckReport;
}

/** One page of Markdown: the error table of all reports, what it is counted in, and what each was run on. */
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
    '## Where it was measured',
    '',
    '| adapter | driver | run by | form | limits | cases | results compared | over the bound |',
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
    'Worst distance (its error budget), in ulps of f16; then the share of results that are not float64’s own rounding.',
    '',
    ...table('f16'),
    '',
    '## Over the bound',
    '',
    ...(over.length > 0 ? over : ['Nothing.']),
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'Every op is run on an adapter by each of its folds and plans, on shapes and values that have hurt somebody, with every',
  'combination of its options, and compared with float64 on the same stored inputs.',
  '',
  '**f32.** One ulp is 2^-23 of the true value, or of what its terms add up to where they cancel. Allowed is twice the',
  'error of the float32 baseline: plain f32, correctly rounded, sums in blocks of 256. Where that baseline is lucky (one column, a',
  'power of two), the error budget is what WGSL allows the last steps: 2.5 ulp for a division, 1.2 for our own exponential.',
  'Probabilities and losses of labels keep the hard bounds beside it: 2e-6 relative where p > 1e-7, 1e-5 where p > 1e-30,',
  'rows that sum to one within 1e-6, losses within 1e-4.',
  '',
  '**f16.** Halves are computed in f32 and rounded once, to the nearest, ties to even; from 65,520 up that is infinity.',
  'One ulp is that of the true value, 2^-24 at least. A result is right if it is the half nearest to the true value. The',
  'one exception: where the true value lies so near the middle of two neighboring halves that the error which f32 is',
  'allowed reaches over it, the other neighbor is right too, and the distance is at most half an ulp and that error. Where',
  'the terms of a sum cancel, f32’s error is one of the terms’ size, and may then be several ulps of a small result.',
  'Losses of halves, and results asked for in f32, are held to the rule for f32.',
  '',
  '**Special values** (NaN, infinities, the largest numbers, ±0, rows with nothing in them) have one answer everywhere.',
  'Subnormal halves are exact. Subnormals of f32 may count as 0 in arithmetic; what only compares keeps them.',
  '',
  'Each figure is the case that uses most of its error budget, over all plans of the adapter.',
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
  const share = (row: CheckRow) => (row.ok ? (row.error === 0 ? 0 : row.error / row.budget) : Number.POSITIVE_INFINITY);
  const worst = own.reduce((a, b) => (share(b) > share(a) ? b : a));
  const error = worst.ok ? figure(worst.error) : `**${figure(worst.error)}**`;
  if (to === 'f32') return `${error} (${figure(worst.baseline)}, ${figure(worst.budget)})`;
  const misrounded = Math.max(...own.map((row) => row.misrounded ?? 0));
  return `${error} (${figure(worst.budget)}), ${shareOf(misrounded)}`;
}

function headingOf(host: string, { vendor, architecture, description }: BackendInfo): string {
  const name = /llvmpipe|swiftshader/i.exec(`${architecture} ${description}`)?.[0] ?? [vendor, architecture].join(' ');
  return `${name.trim()}, ${host}`;
}

function machineRow(host: string, { adapter, form, limits, cases, results, over }: CheckReport): string {
  const name = [adapter.vendor, adapter.architecture].filter(Boolean).join(' ');
  return `| ${name} | ${adapter.description} | ${host} | ${form} | ${limits} | ${cases} | ${results} | ${over.length} |`;
}

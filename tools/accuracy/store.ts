import type { CheckReport, CheckRow } from '../../src/conformance/suite/report.ts';
import { type AccuracyReport, headingOf, worstOf } from './page.ts';

/** Returns the stored reports with new ones in place of those of the same column, or after them. */
export function merged(stored: readonly AccuracyReport[], fresh: readonly AccuracyReport[]): AccuracyReport[] {
  const columns = new Map([...stored, ...fresh].map((each) => [headingOf(each.host, each.report.adapter), each]));
  return [...columns.values()].map(({ host, report }) => ({ host, report: reduced(report) }));
}

/** Returns a report with one row per op and dtypes, which is what the page shows. */
function reduced(report: CheckReport): CheckReport {
  const kinds = new Map<string, CheckRow[]>();
  for (const row of report.rows) {
    const kind = `${row.op} ${row.from} ${row.to}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  return { ...report, rows: [...kinds.values()].map(worstOf) };
}

/** Returns the reports as JSON with a line per row. Infinities, which JSON lacks, are written as text. */
export function storedText(reports: readonly AccuracyReport[]): string {
  const finiteOrText = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value, finiteOrText)).join(',\n');
  const documents = reports.map(({ host, report: { rows, ...rest } }) => {
    const head = JSON.stringify({ ...rest }, finiteOrText).slice(0, -1);
    return `{"host":${JSON.stringify(host)},"report":${head},"rows":[\n${lines(rows)}\n]}}`;
  });
  return `[\n${documents.join(',\n')}\n]\n`;
}

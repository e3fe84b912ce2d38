import { stringify } from 'csv-stringify/sync';
import { plannedShareOf, type Report, type Row, shareOf, speedOf } from './report.ts';

/** A column's name, and its value in a row. */
const COLUMNS: readonly [string, (row: Row, report: Report) => string | number | boolean | undefined][] = [
  ['adapter', (_, { adapter }) => [adapter.vendor, adapter.architecture].filter(Boolean).join(' ')],
  ['driver', (_, { adapter }) => adapter.description],
  ['runtime', (_, { runtime }) => runtime],
  ['gradfold', (_, { gradfold }) => gradfold],
  ['commit', (_, { commit }) => commit],
  ['op', ({ op }) => op],
  ['shape', ({ shape }) => shape.join('x')],
  ['dtype', ({ dtype }) => dtype],
  ['channel_axis', ({ channelAxis }) => channelAxis],
  ['library', ({ library }) => library],
  ['version', ({ version }) => version],
  ['variant', ({ variant }) => variant],
  ['on', ({ on }) => on],
  ['call', ({ call }) => call],
  ['right', ({ right }) => String(right)],
  ['error', ({ error }) => error],
  ['note', ({ note }) => note],
  ['ms', ({ ms }) => ms?.median],
  ['ms_p20', ({ ms }) => ms?.p20],
  ['ms_p80', ({ ms }) => ms?.p80],
  ['of_copy', ({ ofCopy }) => ofCopy?.median],
  ['of_copy_p20', ({ ofCopy }) => ofCopy?.p20],
  ['of_copy_p80', ({ ofCopy }) => ofCopy?.p80],
  ['copy_ms', ({ copyMs }) => copyMs],
  ['calls', ({ calls }) => calls],
  ['first_ms', ({ firstMs }) => firstMs],
  ['bytes_least', ({ least }) => least],
  ['bytes_moved', ({ moved }) => moved],
  ['gb_per_s', (row) => speedOf(row)],
  ['share', (row) => shareOf(row)],
  ['planned_share', (row) => plannedShareOf(row)],
];

/** Formats a report as CSV: one line per row, with all its figures and those of the run. */
export function csvOf(report: Report): string {
  const head = COLUMNS.map(([name]) => name);
  return stringify([head, ...report.rows.map((row) => COLUMNS.map(([, of]) => of(row, report)))]);
}

import type { Spread } from './measure.ts';
import { caseName, type Report, type Row } from './report.ts';

/** How one row changed. */
export interface Change {
  readonly name: string;
  readonly library: string;
  /** Time relative to the copy's, which cancels the machine's speed and load. */
  readonly before?: Spread;
  readonly after?: Spread;
  /** The relative change in time: 0.1 is 10 % slower. */
  readonly change?: number;
  /** Whether the 20 % to 80 % ranges before and after are disjoint. */
  readonly beyondNoise?: boolean;
  /** The reason when there is nothing to compare. */
  readonly note?: string;
}

export interface Comparison {
  /** Differences in the setup of the two runs. */
  readonly differences: readonly string[];
  readonly changes: readonly Change[];
}

/** Compares two reports row by row, including rows that only one of them has. */
export function compareReports(old: Report, now: Report): Comparison {
  const before = new Map(old.rows.map((row) => [keyOf(row), row]));
  const changes = now.rows.map((row) => {
    const same = before.get(keyOf(row));
    before.delete(keyOf(row));
    return changeOf(same, row);
  });
  return {
    differences: differencesOf(old, now),
    changes: [...changes, ...[...before.values()].map((row) => gone(row))],
  };
}

/** Identifies a row by case, library and variant. */
export function keyOf({ library, variant = '', ...one }: Row): string {
  return [caseName(one), library, variant].join('|');
}

function changeOf(old: Row | undefined, row: Row): Change {
  const change = named(row);
  const [before, after] = [old?.ofCopy, row.ofCopy];
  if (!before || !after) {
    const note = !old ? 'new' : after ? `was not timed${becauseOf(old)}` : `not timed${becauseOf(row)}`;
    return { ...change, ...(before && { before }), ...(after && { after }), note };
  }
  const beyondNoise = after.p20 > before.p80 || after.p80 < before.p20;
  return { ...change, before, after, change: after.median / before.median - 1, beyondNoise };
}

const becauseOf = ({ note }: Row) => (note === undefined ? '' : `: ${note}`);

function gone(row: Row): Change {
  return { ...named(row), ...(row.ofCopy && { before: row.ofCopy }), note: 'not in this run' };
}

function named(row: Row): Pick<Change, 'name' | 'library'> {
  return { name: caseName(row), library: row.variant ? `${row.library}, ${row.variant}` : row.library };
}

function differencesOf(old: Report, now: Report): string[] {
  const adapter = ({ adapter: { vendor, architecture, description } }: Report) =>
    [vendor, architecture, description].filter(Boolean).join(' ');
  const facts: [string, (report: Report) => string][] = [
    ['adapter', adapter],
    ['runtime', ({ runtime }) => runtime],
    ['flags', ({ flags }) => flags.join('; ') || 'none'],
    ['clock', ({ clock }) => `the ${clock.kind}'s`],
    ['gradfold', ({ gradfold }) => gradfold],
    ['commit', ({ commit }) => commit ?? 'unknown'],
  ];
  const libraries = new Map(old.rows.map(({ library, version }) => [library, version]));
  const versions = [...new Map(now.rows.map(({ library, version }) => [library, version]))]
    .filter(([library, version]) => library !== 'Gradfold' && (libraries.get(library) ?? version) !== version)
    .map(([library, version]): [string, string, string] => [library, libraries.get(library) as string, version]);
  const told = facts.map(([name, of]): [string, string, string] => [name, of(old), of(now)]);
  return [...told, ...versions]
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name}: ${before} -> ${after}`);
}

import { geometricMean } from 'simple-statistics';
import { caseName, type Row } from './report.ts';

/** Gradfold compared, case by case, with the fastest other library on the same adapter whose results are correct. */
export interface Standing {
  readonly cases: number;
  /** Cases in which Gradfold was faster. */
  readonly ahead: number;
  /** The smallest ratio of that library's time to Gradfold's, and its case. */
  readonly least: { readonly times: number; readonly name: string };
  /** The geometric mean over all cases. */
  readonly mean: number;
}

/** Returns undefined when no other library was timed. */
export function standingOf(rows: readonly Row[]): Standing | undefined {
  const times = new Map<string, number>();
  for (const own of rows) {
    if (own.library !== 'Gradfold' || own.variant !== undefined || !own.ms) continue;
    const name = caseName(own);
    const others = rows.flatMap(({ library, right, ms, ...one }) =>
      library !== 'Gradfold' && right && ms && one.on === undefined && caseName(one) === name ? [ms.median] : [],
    );
    if (others.length > 0) times.set(name, Math.min(...others) / own.ms.median);
  }
  const [first, ...rest] = [...times];
  if (!first) return undefined;
  const [name, least] = rest.reduce((a, b) => (b[1] < a[1] ? b : a), first);
  const values = [...times.values()];
  return {
    cases: values.length,
    ahead: values.filter((value) => value > 1).length,
    least: { times: least, name },
    mean: geometricMean(values),
  };
}

export function standingLine({ cases, ahead, least, mean }: Standing): string {
  return `Gradfold is faster than the fastest correct library in ${ahead} of ${cases} cases: at least ${least.times.toFixed(2)} times as fast (${least.name}), ${mean.toFixed(2)} times in the geometric mean`;
}

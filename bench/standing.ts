import { geometricMean } from 'simple-statistics';
import { caseName, type Row } from './report.ts';

/** How Gradfold stands beside the fastest of the other libraries on the same adapter whose result is right, case by case. */
export interface Standing {
  readonly cases: number;
  /** Cases in which it took less time. */
  readonly ahead: number;
  /** That library's time by Gradfold's where it is least, and the case. */
  readonly least: { readonly times: number; readonly name: string };
  /** The geometric mean over all cases. */
  readonly mean: number;
}

/** Undefined where no other library was timed. */
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
  return `Gradfold beside the fastest library that is right: ahead in ${ahead} of ${cases} cases; ${least.times.toFixed(2)} times as fast at least (${least.name}), ${mean.toFixed(2)} times on the geometric mean`;
}

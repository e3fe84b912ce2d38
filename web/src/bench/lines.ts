import { copySpeedOf, type Row, speedOf } from 'gradfold/bench';
import { medianSorted } from 'simple-statistics';
import { libraryName } from '../../../bench/figures.ts';

/** GB/s over the lengths of rows; null where nothing was measured. */
export interface Line {
  readonly name: string;
  /** What decides on its color: the copy is no op. */
  readonly op: string | undefined;
  /** What decides on its dashes: 0 is Gradfold's own, in its usual form. */
  readonly form: number;
  readonly speeds: readonly (number | null)[];
}

export interface Lines {
  /** The lengths of rows, ascending. */
  readonly lengths: readonly number[];
  /** The copy's first: the roofline. */
  readonly lines: readonly Line[];
}

const GRADFOLD = 'Gradfold';

/** A line for the copy, and for each op and whoever computed it. */
export function linesOf(rows: readonly Row[]): Lines {
  const timed = rows.filter(({ ms }) => ms);
  const lengths = [...new Set(timed.map(lengthOf))].sort((a, b) => a - b);
  const forms = [...new Set([GRADFOLD, ...timed.map(libraryName)])];
  const names = new Set(timed.map(nameOf));
  const lines = [...names].map((name): Line => {
    const own = timed.filter((row) => nameOf(row) === name);
    const [{ op }, library] = [own[0] as Row, libraryName(own[0] as Row)];
    return { name, op, form: forms.indexOf(library), speeds: over(lengths, own, speedOf) };
  });
  const copy = { name: 'a copy: the roofline', op: undefined, form: 0, speeds: over(lengths, timed, copySpeedOf) };
  return { lengths, lines: timed.length > 0 ? [copy, ...lines] : [] };
}

/** An op, and who computed it or how, where that is not as usual. */
function nameOf(row: Row): string {
  const library = libraryName(row);
  return library === GRADFOLD ? row.op : `${row.op} (${library.replace(`${GRADFOLD}, `, '')})`;
}

function lengthOf({ shape }: Row): number {
  return shape.at(-1) as number;
}

/** The middle of what was measured at each length. */
function over(lengths: readonly number[], rows: readonly Row[], speed: (row: Row) => number | undefined) {
  return lengths.map((length) => {
    const speeds = rows.flatMap((row) => (lengthOf(row) === length ? (speed(row) ?? []) : []));
    return speeds.length > 0 ? medianSorted(speeds.sort((a, b) => a - b)) : null;
  });
}

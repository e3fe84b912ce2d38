import { copySpeedOf, type Row, speedOf } from 'gradfold/bench';
import { medianSorted } from 'simple-statistics';
import { libraryName } from '../../../bench/figures.ts';

/** GB/s over row lengths; null where nothing was measured. */
export interface Line {
  readonly name: string;
  /** The op, which sets the color; undefined for the copy. */
  readonly op: string | undefined;
  /** The form, which sets the dashes. 0 is Gradfold in its default form. */
  readonly form: number;
  readonly speeds: readonly (number | null)[];
}

export interface Lines {
  /** The row lengths, ascending. */
  readonly lengths: readonly number[];
  /** The lines. The first is the copy, the roofline. */
  readonly lines: readonly Line[];
}

const GRADFOLD = 'Gradfold';

/** One line for the copy and one per op and library. */
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

/** The op, with the library or variant unless it is Gradfold's default. */
function nameOf(row: Row): string {
  const library = libraryName(row);
  return library === GRADFOLD ? row.op : `${row.op} (${library.replace(`${GRADFOLD}, `, '')})`;
}

function lengthOf({ shape }: Row): number {
  return shape.at(-1) as number;
}

/** The median of the measurements at each length. */
function over(lengths: readonly number[], rows: readonly Row[], speed: (row: Row) => number | undefined) {
  return lengths.map((length) => {
    const speeds = rows.flatMap((row) => (lengthOf(row) === length ? (speed(row) ?? []) : []));
    return speeds.length > 0 ? medianSorted(speeds.sort((a, b) => a - b)) : null;
  });
}

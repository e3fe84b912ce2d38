import Table from 'cli-table3';

const SIDES = ['top', 'bottom', 'left', 'right', 'mid'] as const;
/** Horizontal rules around the header only, for long tables. */
const BARE = {
  ...Object.fromEntries(
    SIDES.flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`]).map((k) => [k, '']),
  ),
  ...{ top: '─', 'top-mid': '─', bottom: '─', 'bottom-mid': '─', middle: ' ' },
};

/** A column's header, and the alignment of its cells (default: left). */
export type Column = string | readonly [head: string, align: 'left' | 'right'];

/** Returns a table for the terminal, with rules around its header only. */
export function bareTable(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column[0])),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : column[1])),
    style: { head: [], border: [], compact: true },
    chars: BARE,
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

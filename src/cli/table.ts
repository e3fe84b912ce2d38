import Table from 'cli-table3';

const SIDES = ['top', 'bottom', 'left', 'right', 'mid'] as const;
/** Rules above and below the head, none between columns: for long tables. */
const BARE = {
  ...Object.fromEntries(
    SIDES.flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`]).map((k) => [k, '']),
  ),
  ...{ top: '─', 'top-mid': '─', bottom: '─', 'bottom-mid': '─', middle: ' ' },
};

/** A column's head, and where its cells stand: to the left by default. */
export type Column = string | readonly [head: string, align: 'left' | 'right'];

/** A table for the terminal, with rules around its head alone. */
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

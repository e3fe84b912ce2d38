import { caseName, copySpeedOf, type Row, shareOf, speedOf } from 'gradfold/bench';
import { libraryName, milli, percent, shapeName, verdictOf } from '../../../bench/figures.ts';

/** The columns of numbers: their names and values. */
const NUMBERS: readonly (readonly [string, (row: Row) => string | undefined])[] = [
  ['ms', ({ ms }) => maybeMilli(ms?.median)],
  ['ms of the copy', ({ copyMs }) => maybeMilli(copyMs)],
  ['× copy', ({ ofCopy }) => ofCopy?.median.toFixed(2)],
  ['GB/s', (row) => speedOf(row)?.toPrecision(3)],
  ['GB/s of the copy', (row) => copySpeedOf(row)?.toPrecision(3)],
  ['share', (row) => percent(shareOf(row))],
  ['cold ms', ({ firstMs }) => maybeMilli(firstMs)],
];

/** The results as a table, with more figures than the chart. */
export function Results({ rows }: { readonly rows: readonly Row[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label="Results">
      <table>
        <caption>Medians of the rounds, compared with a copy of a tensor of the same shape in the same rounds</caption>
        <thead>
          <tr>
            <th scope="col">op</th>
            <th scope="col">shape</th>
            <th scope="col">by</th>
            {NUMBERS.map(([name]) => (
              <th scope="col" class="number" key={name}>
                {name}
              </th>
            ))}
            <th scope="col">error, or what is wrong</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${caseName(row)} ${libraryName(row)}`}>
              <th scope="row">{row.op}</th>
              <td>{shapeName(row)}</td>
              <td>{libraryName(row)}</td>
              {NUMBERS.map(([name, figureOf]) => (
                <td class="number" key={name}>
                  {figureOf(row) ?? ''}
                </td>
              ))}
              <td class={row.right ? 'note' : 'note bad'}>{verdictOf(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function maybeMilli(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : milli(ms);
}

import type { SpecialCell, SpecialGrid } from './result.ts';
import { Scroll } from './scroll.tsx';

/** The results for special inputs. */
export function SpecialTable({ inputs, rows }: SpecialGrid) {
  const cells = rows.flatMap((row) => row.cells);
  const differing = cells.filter(({ differs }) => differs).length;
  return (
    <>
      <h2 id="specials">Special values</h2>
      <p class="quiet">
        The kernels’ results for special values of x; for a row, its first element. Of {cells.length} results,{' '}
        {differing} differ from the reference in kind or by more than the error budget; they are marked ≠, followed by
        the reference. The sign of 0 is shown but not compared.
      </p>
      <Scroll labelledBy="specials">
        <table class="specials">
          <thead>
            <tr>
              <th scope="col">x</th>
              {inputs.map((input) => (
                <th key={wordOf(input)} scope="col" class="number">
                  {wordOf(input)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ formula, cells }) => (
              <tr key={formula}>
                <th scope="row">{formula}</th>
                {cells.map((cell, i) => (
                  <Cell key={wordOf(inputs[i] as number)} {...cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Cell({ got, wanted, differs }: SpecialCell) {
  if (!differs) return <td class="number">{wordOf(got)}</td>;
  return (
    <td class="number bad">
      <strong>
        {wordOf(got)} ≠ {wordOf(wanted)}
      </strong>
    </td>
  );
}

/** Formats a number in a few characters. */
function wordOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '−' : '';
  const size = Number(Math.abs(value).toPrecision(3));
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  return sign + (size >= 1e5 ? size.toExponential().replace('+', '') : String(size));
}

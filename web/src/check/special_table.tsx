import type { SpecialCell, SpecialGrid } from './result.ts';
import { Scroll } from './scroll.tsx';

/** What comes out for special inputs. */
export function SpecialTable({ inputs, rows }: SpecialGrid) {
  const cells = rows.flatMap((row) => row.cells);
  const differing = cells.filter(({ differs }) => differs).length;
  return (
    <>
      <h2 id="specials">Special values</h2>
      <p class="quiet">
        What the kernels here make of x; of a row, the first of what comes out. {cells.length} answers, {differing} of
        another kind than the reference’s or further off than is allowed: those are marked ≠, with the reference’s
        beside them. The sign of 0 is shown, but not compared.
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

/** A number in a few characters. */
function wordOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '−' : '';
  const size = Number(Math.abs(value).toPrecision(3));
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  return sign + (size >= 1e5 ? size.toExponential().replace('+', '') : String(size));
}

import { type CheckRow, describeFinding, dtypesOf, type Finding, figure } from 'gradfold/check';
import { useMemo } from 'preact/hooks';
import { Bar, Scale, scaleOf } from './bar.tsx';
import { Scroll } from './scroll.tsx';

/** The worst errors of each op. */
export function ErrorTable({ rows }: { readonly rows: readonly CheckRow[] }) {
  const most = scaleOf(rows);
  const ops = [...new Set(rows.map(({ op }) => op))];
  return (
    <>
      <h2 id="errors">Worst errors</h2>
      <p class="quiet">
        Errors are in ulp, 2<sup>−23</sup> of the value. Bars are on a logarithmic scale: the bar is the worst error,
        the vertical line its error budget. The float32 baseline is the error of plain f32 arithmetic on the same case.
        Errors of f16 results are in ulps of f16, of which half an ulp is rounding. The strategy “default” is the plan
        for this adapter, “unaligned” is the same for tensors that start between vectors, and the others are forced.
      </p>
      <Scroll labelledBy="errors">
        <table class="errors">
          <thead>
            <tr>
              <th scope="col">Op</th>
              <th scope="col">Dtype</th>
              <th scope="col">Strategy</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="number">
                Error
              </th>
              <th scope="col" class="number">
                Budget
              </th>
              <th scope="col" class="drawn">
                <span class="unseen">As bars</span>
                <Scale most={most} />
              </th>
              <th scope="col" class="number">
                float32 baseline
              </th>
              <th scope="col" class="number">
                Cases
              </th>
            </tr>
          </thead>
          {ops.map((op) => (
            <OpRows key={op} op={op} rows={rows.filter((row) => row.op === op)} most={most} />
          ))}
        </table>
      </Scroll>
    </>
  );
}

interface OpProps {
  readonly op: string;
  readonly rows: readonly CheckRow[];
  readonly most: number;
}

/** Rerenders only when a figure changes: there are hundreds of rows and four updates per second. */
function OpRows({ op, rows, most }: OpProps) {
  return useMemo(
    () => (
      <tbody>
        {rows.map((row, i) => (
          <tr key={`${row.from} ${row.to} ${row.plan}`}>
            {i === 0 && (
              <th scope="rowgroup" rowSpan={rows.length}>
                <Name of={op} />
              </th>
            )}
            <td>{dtypesOf(row)}</td>
            <td>{row.plan}</td>
            <td class={row.ok ? 'good' : 'bad'}>{row.ok ? 'ok' : <strong>OVER</strong>}</td>
            <td class="number">{figure(row.error)}</td>
            <td class="number">{figure(row.budget)}</td>
            <td class="drawn">
              <Bar error={row.error} budget={row.budget} ok={row.ok} most={most} />
            </td>
            <td class="number">{figure(row.baseline)}</td>
            <td class="number">{row.cases}</td>
          </tr>
        ))}
      </tbody>
    ),
    [
      most,
      ...rows.flatMap(({ from, to, plan, cases, error, baseline, budget, ok }) => [
        from,
        to,
        plan,
        cases,
        error,
        baseline,
        budget,
        ok,
      ]),
    ],
  );
}

/** An op name that may break before each capital, so that figures fit on a phone. */
function Name({ of }: { readonly of: string }) {
  return of.split(/(?=[A-Z])/).map((part) => (
    <>
      {part}
      <wbr />
    </>
  ));
}

/** The most findings to list; the JSON has all. */
const LISTED = 50;

/** The wrong results, with their cases. */
export function Wrong({ over }: { readonly over: readonly Finding[] }) {
  return (
    <section aria-labelledby="wrong">
      <h2 id="wrong" class="bad">
        Over the error budget
      </h2>
      <ul class="wrong">
        {over.slice(0, LISTED).map((finding) => (
          <li key={describeFinding(finding)}>{describeFinding(finding)}</li>
        ))}
      </ul>
      {over.length > LISTED && <p>And {over.length - LISTED} more, which the JSON lists.</p>}
    </section>
  );
}

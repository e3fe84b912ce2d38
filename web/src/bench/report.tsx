import type { Report } from 'gradfold/bench';
import { LEAST_QUANTA } from '../../../bench/clock.ts';
import { coldLines, micro } from '../../../bench/figures.ts';
import { Chart } from './chart.tsx';
import { Save } from './save.tsx';
import { Results } from './table.tsx';

/** The results so far: the chart, the table, and how to read them. */
export function ReportView({ report }: { readonly report: Report }) {
  const { rows, cold, clock, rounds } = report;
  return (
    <section aria-labelledby="results">
      <h2 id="results">Results</h2>
      <Verdict rows={rows} />
      {rows.some(({ ms }) => ms) && <Chart rows={rows} />}
      <Results rows={rows} />
      <p>
        {clock.kind === 'gpu'
          ? 'Timed by the GPU’s own clock.'
          : 'Timed by the host’s clock: this browser has no timestamp queries.'}{' '}
        The timestamp quantum is <strong>{micro(clock.quantum)} µs</strong>: a batch lasts at least {LEAST_QUANTA}{' '}
        quanta. {rounds === 1 ? 'One round' : `${rounds} rounds`}.
      </p>
      {cold && (
        <>
          <h3>Outside the kernels</h3>
          <ul>
            {coldLines(cold).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      <Save report={report} />
      <HowToRead />
    </section>
  );
}

/** Whether Gradfold's results are correct. For other libraries see the table. */
function Verdict({ rows }: Pick<Report, 'rows'>) {
  const own = rows.filter(({ library }) => library === 'Gradfold');
  const wrong = own.filter(({ right, error }) => !right && error !== undefined).length;
  const missing = own.filter(({ right, error }) => !right && error === undefined).length;
  return (
    <>
      <p>
        Each result is compared with float64 before it is timed, in a sample of its rows or channels:{' '}
        {wrong > 0 ? (
          <strong class="bad">
            {wrong} of {own.length} wrong and not timed. The table says what is wrong.
          </strong>
        ) : (
          <strong class="good">
            {own.length - missing} of {own.length} correct.
          </strong>
        )}
      </p>
      {missing > 0 && <p>{missing} could not be computed here. The table says why.</p>}
    </>
  );
}

function HowToRead() {
  return (
    <details>
      <summary>How to read this</summary>
      <p>
        A copy reads each element once and writes it once, as fast as a kernel can. The copy of each shape is timed in
        the same rounds as the op, which cancels the speed of the machine. “× copy” is the op’s time divided by the
        copy’s. “share” is its bandwidth relative to the copy’s: at 100 % an op takes as long as its memory traffic. It
        can exceed 100 % if an op reads more than it writes and reads are cheaper. Small tensors may stay in a cache,
        and so may the copy: choose a larger size to measure the memory.
      </p>
      <p>
        “ms” is warm: kernels are compiled and memory is allocated. “cold ms” is one first call on a device with nothing
        compiled; the browser may have cached the kernels on an earlier visit. For batch-norm, the row length is the
        number of channels, because it reduces along the other axis.
      </p>
    </details>
  );
}

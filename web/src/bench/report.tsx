import type { Report } from 'gradfold/bench';
import { LEAST_QUANTA } from '../../../bench/clock.ts';
import { coldLines, micro } from '../../../bench/figures.ts';
import { Chart } from './chart.tsx';
import { Save } from './save.tsx';
import { Results } from './table.tsx';

/** All that was measured so far: the chart, the table, and how to read them. */
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
          : 'Timed by the host’s clock: this browser has no timestamps.'}{' '}
        The timestamp quantum is <strong>{micro(clock.quantum)} µs</strong>: a batch lasts {LEAST_QUANTA} of them at
        least. {rounds === 1 ? 'One round' : `${rounds} rounds`}.
      </p>
      {cold && (
        <>
          <h3>Apart from the kernels</h3>
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

/** Whether what was computed is right; by others, the table says. */
function Verdict({ rows }: Pick<Report, 'rows'>) {
  const own = rows.filter(({ library }) => library === 'Gradfold');
  const wrong = own.filter(({ right, error }) => !right && error !== undefined).length;
  const missing = own.filter(({ right, error }) => !right && error === undefined).length;
  return (
    <>
      <p>
        Each result is held against float64 before it is timed, in a sample of its rows or channels:{' '}
        {wrong > 0 ? (
          <strong class="bad">
            {wrong} of {own.length} wrong, and not timed. The table says what is wrong with them.
          </strong>
        ) : (
          <strong class="good">
            {own.length - missing} of {own.length} right.
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
        the same rounds as the op, so a machine that is slow today is so for both. “× copy” is the op’s time by the
        copy’s; “share” its bandwidth as a part of the copy’s: at 100 % an op costs what its memory costs. Above that it
        is where an op reads more than it writes and reads are cheaper. Small tensors may stay in a cache, the copy’s as
        well: take a larger one to measure the memory.
      </p>
      <p>
        “ms” is warm: kernels are compiled and memory is found. “cold ms” is one first call on a device that has
        compiled nothing; this browser may still know the kernels from an earlier visit. The row of batch-norm is its
        channels: it folds the other way.
      </p>
    </details>
  );
}

import type { BackendInfo } from 'gradfold';
import type { CheckReport } from 'gradfold/check';
import { useEffect } from 'preact/hooks';
import { Adapter } from '../shell/adapter.tsx';
import { AwayNotice } from '../shell/away.tsx';
import { TroubleNotice, troubleOf } from '../shell/trouble.tsx';
import { Progress } from './progress.tsx';
import { RequestForm } from './request_form.tsx';
import type { CheckRequest, CheckResult, SpecialGrid } from './result.ts';
import { Share } from './share.tsx';
import { SpecialTable } from './special_table.tsx';
import { ErrorTable, Wrong } from './tables.tsx';
import { useRun } from './use_run.ts';
import { leaveShared, useShared } from './use_shared.ts';

export function CheckPage() {
  const { state, start, stop, forget } = useRun();
  const shared = useShared();
  const { phase } = state;
  const possible = 'gpu' in navigator;
  const startHere = (request: CheckRequest) => {
    leaveShared();
    start(request);
  };

  // A link that is opened in this tab takes the place of what was found here, but never of a check that runs.
  useEffect(() => {
    if (shared.result && phase !== 'running') forget();
  }, [shared.result]);

  return (
    <>
      <h1>Check</h1>
      <p class="lead">
        Every op on this browser’s adapter, over shapes and values that have hurt somebody, against float64: by how much
        is it off, and how much is it allowed?
      </p>
      {!possible && <TroubleNotice {...troubleOf(undefined)} />}
      <RequestForm running={phase === 'running'} possible={possible} onStart={startHere} onStop={stop} />
      {phase === 'idle' ? (
        <>
          {shared.problem && (
            <div class="notice bad" role="alert">
              <p>
                <strong>{shared.problem}</strong>
              </p>
              <p>Ask for the link again, or run the check here.</p>
            </div>
          )}
          {shared.result && <SharedResult result={shared.result} possible={possible} onStart={startHere} />}
        </>
      ) : (
        <>
          {state.trouble && <TroubleNotice {...state.trouble} />}
          {state.adapter && <AdapterWords adapter={state.adapter} />}
          <Progress state={state} />
          <AwayNotice running={phase === 'running'}>
            A browser may slow the check down there, or halt it. Nothing was lost.
          </AwayNotice>
          {state.result && <Share result={state.result} />}
          <Findings {...(state.result?.report ?? state.progress)} specials={state.specials} />
        </>
      )}
    </>
  );
}

function AdapterWords({ adapter }: { readonly adapter: BackendInfo }) {
  return (
    <>
      <Adapter info={adapter} />
      <p class="quiet">
        {adapter.features.includes('shader-f16')
          ? 'It has shader-f16: kernels load and store halves as they are.'
          : 'It has no shader-f16: halves are checked all the same, stored two to a word.'}
      </p>
    </>
  );
}

interface SharedProps {
  readonly result: CheckResult;
  readonly possible: boolean;
  readonly onStart: (request: CheckRequest) => void;
}

function SharedResult({ result, possible, onStart }: SharedProps) {
  const { report, specials, at } = result;
  return (
    <>
      <div class="notice">
        <h2>A shared result</h2>
        <p>
          From another run, perhaps on another machine, of <time dateTime={at}>{new Date(at).toLocaleString()}</time>:{' '}
          {wordsOf(report)}
        </p>
        <AdapterWords adapter={report.adapter} />
        <button type="button" disabled={!possible} onClick={() => onStart(requestOf(report))}>
          Run this check here
        </button>
      </div>
      <Share key={at} result={result} />
      <Findings {...report} specials={specials} />
    </>
  );
}

function wordsOf({ form, cases, results, over, seconds }: CheckReport): string {
  return `${form} check, ${results} results of ${cases} cases against float64, ${over.length} over, ${seconds.toFixed(1)} s.`;
}

/** What led to a report, as far as it tells. */
function requestOf({ form, rows }: CheckReport): CheckRequest {
  const [op, ...others] = new Set(rows.map((row) => row.op));
  return op === undefined || others.length > 0 ? { form } : { form, op };
}

interface FindingsProps extends Partial<Pick<CheckReport, 'rows' | 'over' | 'missing'>> {
  readonly specials: SpecialGrid | undefined;
}

function Findings({ rows = [], over = [], missing = [], specials }: FindingsProps) {
  return (
    <>
      {missing.map((line) => (
        <p key={line}>Note: {line}.</p>
      ))}
      {over.length > 0 && <Wrong over={over} />}
      {rows.length > 0 && <ErrorTable rows={rows} />}
      {specials && specials.rows.length > 0 && <SpecialTable {...specials} />}
    </>
  );
}

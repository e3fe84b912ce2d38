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

  // A link that is opened in this tab replaces earlier results, but never a running check.
  useEffect(() => {
    if (shared.result && phase !== 'running') forget();
  }, [shared.result]);

  return (
    <>
      <h1>Check</h1>
      <p class="lead">
        Runs every op on this browser’s adapter, with shapes and values that are known to cause trouble, and compares
        the errors against float64 with their error budgets.
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
              <p>Ask for the link again or run the check here.</p>
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
            A browser may slow down or pause background tabs. Nothing was lost.
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
          ? 'It has shader-f16: kernels load and store f16 directly.'
          : 'It has no shader-f16: f16 is checked too, packed two to a word.'}
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
          From another run, perhaps on another machine, at <time dateTime={at}>{new Date(at).toLocaleString()}</time>:{' '}
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

/** The request that led to a report, as far as the report shows it. */
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

import type { BackendInfo } from 'gradfold';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Adapter } from '../shell/adapter.tsx';
import { AwayNotice } from '../shell/away.tsx';
import { show } from '../shell/shell.tsx';
import { type Trouble, TroubleNotice, troubleOf } from '../shell/trouble.tsx';
import { adapterInfo } from './adapter_info.ts';
import { type Choice, defaultChoice } from './choice.ts';
import { ChoiceForm } from './form.tsx';
import { HAS_PEERS } from './peer_versions.ts';
import { ReportView } from './report.tsx';
import { useThrottled } from './throttle.ts';
import { statusOf, useRun } from './use_run.ts';

/** The least time between two status updates. */
const SAID_EVERY_MS = 1000;

function BenchPage() {
  const [info, setInfo] = useState<BackendInfo>();
  const [trouble, setTrouble] = useState<Trouble>();
  useEffect(() => {
    adapterInfo().then(setInfo, (error) => setTrouble(troubleOf(error)));
  }, []);
  return (
    <>
      <h1>How fast is Gradfold on this machine?</h1>
      <p class="lead">
        Bandwidth of each op over row length, compared with a copy of the same bytes in the same run, which shows the
        limit of the memory.
      </p>
      {trouble && <TroubleNotice {...trouble} />}
      {info && <Adapter info={info} />}
      {info && <Measuring info={info} />}
    </>
  );
}

function Measuring({ info }: { readonly info: BackendInfo }) {
  const [choice, setChoice] = useState<Choice>(() => defaultChoice(info.software));
  const { state, start, stop } = useRun();
  const running = state.phase === 'running';
  const { startButton, stopButton } = useFocusThatFollows(running);
  const status = useThrottled(statusOf(state), SAID_EVERY_MS);
  const none = choice.ops.length === 0;
  return (
    <>
      <ChoiceForm choice={choice} onChange={setChoice} disabled={running} />
      <div class="row">
        <button
          type="button"
          class="main"
          ref={startButton}
          disabled={running || none}
          onClick={() => start({ ...choice, peers: false })}
        >
          Start
        </button>
        <button type="button" ref={stopButton} disabled={!running} onClick={stop}>
          Stop
        </button>
        {HAS_PEERS && (
          <button type="button" disabled={running || none} onClick={() => start({ ...choice, peers: true })}>
            Measure TensorFlow.js and ONNX Runtime too
          </button>
        )}
        {none && <span>Choose at least one op.</span>}
      </div>
      <p class="quiet">
        {HAS_PEERS
          ? 'The other libraries are loaded only on request: about 30 MB, from the host of this page.'
          : 'This build has no other libraries to compare with. To include them, install bench/peers before building the app.'}
      </p>
      <progress aria-label="Cases measured" value={state.progress?.done ?? 0} max={state.progress?.total ?? 1} />
      <p role="status">{status}</p>
      {state.missing.map((why) => (
        <p key={why} class="bad">
          {why}
        </p>
      ))}
      {state.trouble && <TroubleNotice {...state.trouble} />}
      <AwayNotice running={running} least={1000}>
        A browser may slow down background tabs, which may affect some of these figures. Measure again and keep the tab
        in the foreground.
      </AwayNotice>
      {state.report && <ReportView report={state.report} />}
    </>
  );
}

/** Moves the keyboard focus from a button that gets disabled to the other one. */
function useFocusThatFollows(running: boolean) {
  const startButton = useRef<HTMLButtonElement>(null);
  const stopButton = useRef<HTMLButtonElement>(null);
  const ran = useRef(running);
  useEffect(() => {
    if (running === ran.current) return;
    ran.current = running;
    const { activeElement } = document;
    const [from, to] = running ? [startButton, stopButton] : [stopButton, startButton];
    if (activeElement === from.current || activeElement === document.body) to.current?.focus();
  }, [running]);
  return { startButton, stopButton };
}

show('bench', <BenchPage />);

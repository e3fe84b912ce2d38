import type { BackendInfo } from 'gradfold';
import { useRef, useState } from 'preact/hooks';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import type { CheckProgress, CheckRequest, CheckResult, SpecialGrid } from './result.ts';
import { type Run, startRun } from './run.ts';

/** The state of a check on this page. Results stay however the check ends. */
export interface RunState {
  readonly phase: 'idle' | 'running' | 'stopped' | 'failed' | 'done';
  readonly request?: CheckRequest;
  readonly adapter?: BackendInfo;
  readonly progress?: CheckProgress;
  readonly specials?: SpecialGrid;
  readonly result?: CheckResult;
  readonly trouble?: Trouble;
}

const IDLE: RunState = { phase: 'idle' };

export function useRun() {
  const [state, setState] = useState(IDLE);
  const current = useRef<Run | undefined>(undefined);

  const start = (request: CheckRequest) => {
    current.current?.stop();
    setState({ phase: 'running', request });
    /** Updates the state, unless the message is of a stopped run. */
    const learn = (news: Partial<RunState>) => {
      if (current.current === run) setState((known) => ({ ...known, ...news }));
    };
    const run = startRun(request, {
      opened: (adapter) => learn({ adapter }),
      specials: (specials) => learn({ specials }),
      progress: (progress) => learn({ progress }),
    });
    current.current = run;
    run.result.then(
      (result) => learn({ phase: 'done', result }),
      (error: unknown) => learn({ phase: 'failed', trouble: troubleOf(error) }),
    );
  };

  const end = (next: (known: RunState) => RunState) => {
    current.current?.stop();
    current.current = undefined;
    setState(next);
  };
  const stop = () => end((known) => ({ ...known, phase: 'stopped' }));
  const forget = () => end(() => IDLE);

  return { state, start, stop, forget };
}

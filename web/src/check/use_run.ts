import type { BackendInfo } from 'gradfold';
import { useRef, useState } from 'preact/hooks';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import type { CheckProgress, CheckRequest, CheckResult, SpecialGrid } from './result.ts';
import { type Run, startRun } from './run.ts';

/** A check on this page: what is known of it stays, however it ends. */
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
    /** Adds to what is known, unless it is of a run that was stopped: its last words may still be on their way. */
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

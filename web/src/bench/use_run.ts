import type { Report } from 'gradfold/bench';
import { useRef, useState } from 'preact/hooks';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import type { Choice } from './choice.ts';
import { type Run, startRun } from './run.ts';

/** The progress of a run. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The case being measured; undefined when only the cold figures are left. */
  readonly name?: string | undefined;
}

export interface RunState {
  readonly phase: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  /** Undefined before the device is open. */
  readonly progress?: Progress;
  /** The results so far, kept however the run ends. */
  readonly report?: Report;
  readonly trouble?: Trouble;
  /** One sentence per requested library that is not available. */
  readonly missing: readonly string[];
}

/** One run at a time, as the page shows it. */
export function useRun(): { state: RunState; start(choice: Choice): void; stop(): void } {
  const [state, setState] = useState<RunState>({ phase: 'idle', missing: [] });
  const run = useRef<Run>(undefined);
  const change = (part: Partial<RunState>) => setState((before) => ({ ...before, ...part }));
  return {
    state,
    start(choice) {
      setState({ phase: 'running', missing: [] });
      run.current = startRun(choice, {
        onCase: (done, total, name) => change({ progress: { done, total, name } }),
        onReport: (report) => change({ report }),
        onMissing: (why) => setState((before) => ({ ...before, missing: [...before.missing, why] })),
      });
      run.current.ended.then(
        (phase) => change({ phase }),
        (error) => change({ phase: 'failed', trouble: troubleOf(error) }),
      );
    },
    stop: () => run.current?.stop(),
  };
}

/** Describes a run in a sentence. */
export function statusOf({ phase, progress, report }: RunState): string {
  const kept = report ? 'The results so far are below.' : 'Nothing was measured.';
  switch (phase) {
    case 'idle':
      return 'Nothing has been measured yet.';
    case 'running':
      if (!progress) return 'Opening the GPU and loading the libraries.';
      if (progress.name === undefined) return 'Measuring cold starts.';
      return `Measuring ${progress.name}: ${progress.done + 1} of ${progress.total}.`;
    case 'done':
      return `Done: ${progress?.total} of ${progress?.total} measured.`;
    case 'stopped':
      return `Stopped at ${progress?.done ?? 0} of ${progress?.total ?? 'none'}. ${kept}`;
    case 'failed':
      return `It ended early. ${kept}`;
  }
}

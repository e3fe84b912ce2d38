import type { Report } from 'gradfold/bench';
import { useRef, useState } from 'preact/hooks';
import { type Trouble, troubleOf } from '../shell/trouble.tsx';
import type { Choice } from './choice.ts';
import { type Run, startRun } from './run.ts';

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The case that is measured; none where only the cold figures are left. */
  readonly name?: string | undefined;
}

export interface RunState {
  readonly phase: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  /** None before the device is open. */
  readonly progress?: Progress;
  /** Of all that was measured so far; it stays however the run ends. */
  readonly report?: Report;
  readonly trouble?: Trouble;
  /** What was asked for and cannot be had, in a sentence each. */
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

/** A run in a sentence. */
export function statusOf({ phase, progress, report }: RunState): string {
  const kept = report ? 'What was measured until then stays below.' : 'Nothing was measured.';
  switch (phase) {
    case 'idle':
      return 'Nothing has been measured yet.';
    case 'running':
      if (!progress) return 'Opening the GPU, and loading what was asked for.';
      if (progress.name === undefined) return 'Measuring what a device costs that has compiled nothing.';
      return `Measuring ${progress.name}: ${progress.done + 1} of ${progress.total}.`;
    case 'done':
      return `Done: ${progress?.total} of ${progress?.total} measured.`;
    case 'stopped':
      return `Stopped at ${progress?.done ?? 0} of ${progress?.total ?? 'none'}. ${kept}`;
    case 'failed':
      return `It ended before its time. ${kept}`;
  }
}

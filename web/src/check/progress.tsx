import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunState } from './use_run.ts';

/** The progress of a check: a bar and its text, which is read aloud now and then. */
export function Progress({ state }: { readonly state: RunState }) {
  const { phase, progress } = state;
  const words = wordsOf(state);
  const spoken = useSpoken(words, phase);
  return (
    <div class="progress">
      <p>
        <label for="progress" class={progress && progress.over.length > 0 ? 'bad' : ''}>
          {words}
        </label>
      </p>
      <progress
        id="progress"
        {...(progress && { value: progress.done, max: progress.total })}
        hidden={phase !== 'running'}
      />
      <p role="status" class="unseen">
        {spoken}
      </p>
    </div>
  );
}

function wordsOf({ phase, request, progress, result }: RunState): string {
  if (result) {
    const { form, cases, results, over, seconds } = result.report;
    if (cases === 0) return `The ${form} form has no case of ${request?.op}. Choose the full form.`;
    return `Done: ${results} results of ${cases} cases against float64, ${over.length} over, ${seconds.toFixed(1)} s.`;
  }
  if (!progress) {
    return phase === 'running'
      ? 'Loading the suite and compiling the first kernels.'
      : 'The check ended before the first case.';
  }
  const { done, total, over } = progress;
  const soFar = `${done} of ${total} cases checked, ${over.length} results over the error budget`;
  if (phase === 'running') return `${soFar}.`;
  return `${phase === 'stopped' ? 'Stopped' : 'The check ended early'}: ${soFar}. The results so far are below.`;
}

/** The least time between two announcements to a screen reader, in ms. */
const SPEAK_EVERY = 15_000;

/** The text of the last announcement. It changes with `phase`, otherwise now and then. */
function useSpoken(words: string, phase: string): string {
  const [spoken, setSpoken] = useState('');
  const last = useRef({ at: 0, phase: '' });
  useEffect(() => {
    const now = performance.now();
    if (phase === last.current.phase && now - last.current.at < SPEAK_EVERY) return;
    last.current = { at: now, phase };
    setSpoken(words);
  }, [words, phase]);
  return spoken;
}

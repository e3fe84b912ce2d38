import { useEffect, useRef, useState } from 'preact/hooks';
import type { State } from './state.ts';
import { statusWords, whole } from './words.ts';

/** The least time between two announcements to a screen reader. */
const TELL_EVERY_MS = 5000;

/** The progress of training, as a sentence and in numbers. */
export function Status({ state }: { readonly state: State }) {
  const { phase, download, model, incident } = state;
  const told = useCalm(statusWords(state), `${phase} ${model?.plan.seed}`);
  return (
    <div class="status">
      <p class="now">{statusWords(state)}</p>
      {incident && <p class="notice">{incident}</p>}
      <p role="status" class="unseen">
        {told} {incident}
      </p>
      {phase === 'loading' && download && <Download {...download} />}
      <dl>
        <Figure name="Epoch" value={model ? `${epochOf(model)} / ${model.plan.epochs}` : '–'} />
        <Figure name="Step" value={model ? `${whole(model.step)} / ${whole(model.steps)}` : '–'} />
        <Figure
          name="Speed"
          value={model?.imagesPerSecond ? whole(model.imagesPerSecond) : '–'}
          unit={model?.imagesPerSecond ? 'images per second' : undefined}
        />
      </dl>
    </div>
  );
}

const epochOf = ({ step, stepsPerEpoch, plan }: NonNullable<State['model']>) =>
  Math.min(plan.epochs, Math.floor(step / stepsPerEpoch) + 1);

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string | undefined;
}

function Figure({ name, value, unit }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value} {unit && <small>{unit}</small>}
      </dd>
    </div>
  );
}

function Download({ loaded, total }: { readonly loaded: number; readonly total: number }) {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  return (
    <label class="download">
      {total ? `${mb(loaded)} of ${mb(total)} MB` : `${mb(loaded)} MB`}
      <progress aria-label="Download of the digits" value={total ? loaded : undefined} max={total || undefined} />
    </label>
  );
}

/** Returns a text that updates at once when `subject` changes, otherwise now and then. */
function useCalm(text: string, subject: string): string {
  const [shown, setShown] = useState({ text, subject });
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    setShown({ text: latest.current, subject });
    const timer = setInterval(() => setShown({ text: latest.current, subject }), TELL_EVERY_MS);
    return () => clearInterval(timer);
  }, [subject]);
  return shown.subject === subject ? shown.text : text;
}

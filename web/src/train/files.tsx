import { useRef, useState } from 'preact/hooks';
import { type Trouble, TroubleNotice } from '../shell/trouble.tsx';
import type { TrainerLink } from './link.ts';
import type { ModelState } from './state.ts';

interface Props {
  readonly trainer: TrainerLink;
  readonly model: ModelState | undefined;
  readonly busy: boolean;
}

/** A model goes out as a file, and comes back; and what a reset of the GPU does to it. */
export function Files({ trainer, model, busy }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ readonly done: string } | Trouble>();
  const save = async () => {
    try {
      const bytes = await trainer.save();
      const name = `gradfold-${model?.plan.model}-step-${model?.step}.safetensors`;
      download(bytes, name);
      setSaid({ done: `${name} is saved: model, optimizer and step.` });
    } catch (error) {
      setSaid({ what: `The model was not saved: ${(error as Error).message}`, advice: 'Try once more.' });
    }
  };
  const load = async () => {
    const element = input.current as HTMLInputElement;
    const file = element.files?.[0];
    if (!file) return;
    setSaid({ done: `${file.name} is on its way.` });
    try {
      await trainer.load(new Uint8Array(await file.arrayBuffer()));
      setSaid({ done: `${file.name} is loaded, and goes on where it was.` });
    } catch (error) {
      setSaid({
        what: `${file.name} was not loaded: ${(error as Error).message}`,
        advice: 'What was here is as it was. Choose a file that was saved here, or by `npm run train`.',
      });
    }
    // The same file may be chosen once more.
    element.value = '';
  };
  return (
    <section class="files" aria-labelledby="files-heading">
      <h2 id="files-heading">Keep it</h2>
      <p class="quiet">
        A safetensors file of the model and its optimizer: it goes on bit for bit, here or by the command gradfold
        train.
      </p>
      <div class="row">
        <button type="button" onClick={save} disabled={!model}>
          Save the model
        </button>
        <label>
          Load a model{' '}
          <input ref={input} class="file" type="file" accept=".safetensors" onChange={load} disabled={busy} />
        </label>
      </div>
      {said && ('done' in said ? <p role="status">{said.done}</p> : <TroubleNotice {...said} />)}
      <details>
        <summary>What if the GPU is lost?</summary>
        <p>
          A driver that is reset, or a computer that slept, takes the GPU away and all that it holds. A copy of the
          model is kept every two seconds, and training goes on from it by itself. To see that:
        </p>
        <button type="button" onClick={() => trainer.loseDevice()} disabled={!model}>
          Take the GPU away
        </button>
      </details>
    </section>
  );
}

function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: some browsers begin to read it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

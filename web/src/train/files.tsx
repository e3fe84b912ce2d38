import { useRef, useState } from 'preact/hooks';
import { type Trouble, TroubleNotice } from '../shell/trouble.tsx';
import type { TrainerLink } from './link.ts';
import type { ModelState } from './state.ts';

interface Props {
  readonly trainer: TrainerLink;
  readonly model: ModelState | undefined;
  readonly busy: boolean;
}

/** Saves and loads a model as a file, and demonstrates the loss of the GPU. */
export function Files({ trainer, model, busy }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ readonly done: string } | Trouble>();
  const save = async () => {
    try {
      const bytes = await trainer.save();
      const name = `gradfold-${model?.plan.model}-step-${model?.step}.safetensors`;
      download(bytes, name);
      setSaid({ done: `${name} was saved: model, optimizer and step.` });
    } catch (error) {
      setSaid({ what: `The model was not saved: ${(error as Error).message}`, advice: 'Try again.' });
    }
  };
  const load = async () => {
    const element = input.current as HTMLInputElement;
    const file = element.files?.[0];
    if (!file) return;
    setSaid({ done: `Loading ${file.name}.` });
    try {
      await trainer.load(new Uint8Array(await file.arrayBuffer()));
      setSaid({ done: `${file.name} was loaded and can resume.` });
    } catch (error) {
      setSaid({
        what: `${file.name} was not loaded: ${(error as Error).message}`,
        advice: 'The current model is unchanged. Choose a file that was saved here or by `npm run train`.',
      });
    }
    // Allows the same file to be chosen again.
    element.value = '';
  };
  return (
    <section class="files" aria-labelledby="files-heading">
      <h2 id="files-heading">Save and load</h2>
      <p class="quiet">
        A safetensors file has the model and its optimizer. Training resumes from it bit for bit, here or with the
        command npm run train.
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
          A driver reset or a computer that slept can take away the GPU and everything on it. A copy of the model is
          saved every two seconds, and training resumes from it automatically. To try it:
        </p>
        <button type="button" onClick={() => trainer.loseDevice()} disabled={!model}>
          Lose the GPU
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
  // Some browsers start to read the URL a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

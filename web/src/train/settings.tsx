import type { JSX } from 'preact';
import { LOSS_NAMES } from '../../../studies/training/losses.ts';
import { MODEL_NAMES } from '../../../studies/training/models.ts';
import type { Choices } from './protocol.ts';
import { LOSS_WORDS, MODEL_WORDS, whole } from './words.ts';

export const FIRST_CHOICES: Choices = {
  model: 'mlp',
  batchNorm: true,
  loss: 'crossEntropy',
  images: 10_000,
  epochs: 5,
  seed: 1,
};

/** The numbers of images to choose from: the ends of the data's parts, so that no unused images are loaded. */
const IMAGES = [1000, 10_000, 60_000] as const;
/** The size of their download, including the test images. */
const MEGABYTES = { 1000: 0.3, 10000: 3.3, 60000: 11.5 } as const;

interface Props {
  readonly choices: Choices;
  readonly onChange: (choices: Choices) => void;
  /** Whether there is already a model, which starting replaces. */
  readonly again: boolean;
  readonly onStart: () => void;
  readonly children: JSX.Element;
}

/** The form that chooses what to train. */
export function Settings({ choices, onChange, again, onStart, children }: Props) {
  const change = (part: Partial<Choices>) => onChange({ ...choices, ...part });
  const submit = (event: Event) => {
    event.preventDefault();
    onStart();
  };
  return (
    <form class="settings card" onSubmit={submit} aria-label="What to train">
      <label>
        Network
        <select
          value={choices.model}
          onChange={({ currentTarget }) => change({ model: currentTarget.value as Choices['model'] })}
        >
          {MODEL_NAMES.map((name) => (
            <option key={name} value={name}>
              {MODEL_WORDS[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Loss
        <select
          value={choices.loss}
          onChange={({ currentTarget }) => change({ loss: currentTarget.value as Choices['loss'] })}
        >
          {LOSS_NAMES.map((name) => (
            <option key={name} value={name}>
              {LOSS_WORDS[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Images
        <select
          value={choices.images}
          onChange={({ currentTarget }) => change({ images: Number(currentTarget.value) })}
        >
          {IMAGES.map((count) => (
            <option key={count} value={count}>
              {whole(count)} ({MEGABYTES[count]} MB)
            </option>
          ))}
        </select>
      </label>
      <div class="numbers">
        <NumberField
          name="Epochs"
          value={choices.epochs}
          least={1}
          most={100}
          onChange={(epochs) => change({ epochs })}
        />
        <NumberField
          name="Seed"
          value={choices.seed}
          least={0}
          most={2 ** 32 - 1}
          onChange={(seed) => change({ seed })}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          class="tick"
          checked={choices.batchNorm && choices.model !== 'softmax'}
          disabled={choices.model === 'softmax'}
          onChange={({ currentTarget }) => change({ batchNorm: currentTarget.checked })}
        />
        Batch-norm{choices.model === 'softmax' && ' (softmax regression has no layer for it)'}
      </label>
      <div class="row">
        <button class="main" type="submit">
          {again ? 'Start over' : 'Start'}
        </button>
        {children}
      </div>
    </form>
  );
}

interface NumberProps {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

/** A field for a number. The browser reports invalid numbers when the form is submitted. */
function NumberField({ name, value, least, most, onChange }: NumberProps) {
  return (
    <label>
      {name}
      <input
        type="number"
        required
        min={least}
        max={most}
        step={1}
        value={Number.isNaN(value) ? '' : value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

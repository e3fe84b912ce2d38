import { OPS } from 'virtual:ops';
import { useState } from 'preact/hooks';
import type { CheckRequest } from './result.ts';

const FORMS = [
  { form: 'quick', about: 'Quick: some of the cases. Takes seconds on a GPU, a few minutes on a processor' },
  { form: 'full', about: 'Full: every case with every reduction strategy. Takes many times longer' },
] as const;

interface Props {
  readonly running: boolean;
  readonly possible: boolean;
  readonly onStart: (request: CheckRequest) => void;
  readonly onStop: () => void;
}

export function RequestForm({ running, possible, onStart, onStop }: Props) {
  const [form, setForm] = useState<CheckRequest['form']>('quick');
  const [op, setOp] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    // Enter in a field also submits and must not stop a running check.
    if (!running) onStart(op ? { form, op } : { form });
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!possible}>
        <legend>What to check</legend>
        {FORMS.map(({ form: value, about }) => (
          <label key={value} class="choice">
            <input type="radio" name="form" value={value} checked={form === value} onChange={() => setForm(value)} />
            {about}
          </label>
        ))}
        <div class="row">
          <label>
            Ops{' '}
            <select value={op} onChange={({ currentTarget }) => setOp(currentTarget.value)}>
              <option value="">all</option>
              {OPS.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <button
            class="main"
            type={running ? 'button' : 'submit'}
            onClick={(event) => {
              if (!running) return;
              // The button's type changes before the browser handles the click's default action.
              event.preventDefault();
              onStop();
            }}
          >
            {running ? 'Stop' : 'Start'}
          </button>
        </div>
      </fieldset>
    </form>
  );
}

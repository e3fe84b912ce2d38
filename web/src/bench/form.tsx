import { COLUMNS } from '../../../bench/cases.ts';
import { type Choice, OPS, SIZES } from './choice.ts';

const BYTES = 4;

/** Excludes the shortest length, because one length makes no line. */
const LONGEST = COLUMNS.slice(1);

interface FormProps {
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly disabled: boolean;
}

/** The form that chooses what to measure. */
export function ChoiceForm({ choice, onChange, disabled }: FormProps) {
  const { ops, elements, longest, rounds, cold } = choice;
  const toggled = (op: string) => OPS.filter((each) => (each === op ? !ops.includes(op) : ops.includes(each)));
  return (
    <fieldset class="choice" disabled={disabled}>
      <legend>What to measure</legend>
      <fieldset class="ops">
        <legend>Ops</legend>
        {OPS.map((op) => (
          <label key={op}>
            <input
              type="checkbox"
              checked={ops.includes(op)}
              onChange={() => onChange({ ...choice, ops: toggled(op) })}
            />
            {op}
          </label>
        ))}
      </fieldset>
      <div class="row">
        <NumberChoice
          name="Tensor size"
          value={elements}
          values={SIZES}
          wordsOf={(size) => bytesName(BYTES * size)}
          onChange={(elements) => onChange({ ...choice, elements })}
        />
        <NumberChoice
          name="Rows of up to"
          value={longest}
          values={LONGEST}
          wordsOf={(length) => `${length.toLocaleString('en')} columns`}
          onChange={(longest) => onChange({ ...choice, longest })}
        />
        <NumberChoice
          name="Rounds"
          value={rounds}
          values={[1, 3, 9, 25]}
          wordsOf={String}
          onChange={(rounds) => onChange({ ...choice, rounds })}
        />
        <label>
          <input type="checkbox" checked={cold} onChange={() => onChange({ ...choice, cold: !cold })} />
          Cold starts too
        </label>
      </div>
    </fieldset>
  );
}

interface NumberChoiceProps {
  readonly name: string;
  readonly value: number;
  readonly values: readonly number[];
  readonly wordsOf: (value: number) => string;
  readonly onChange: (value: number) => void;
}

function NumberChoice({ name, value, values, wordsOf, onChange }: NumberChoiceProps) {
  return (
    <label>
      {name}{' '}
      <select value={value} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {values.map((each) => (
          <option key={each} value={each}>
            {wordsOf(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function bytesName(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}

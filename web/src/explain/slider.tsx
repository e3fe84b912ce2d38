import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  /** Additional text of the label for screen readers. */
  readonly of?: string;
  readonly value: number;
  /** The value as text, shown and read aloud. */
  readonly text: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onValue: (value: number) => void;
  readonly onFocus?: () => void;
}

/** A slider with its label and its value. */
export function Slider({ label, of, value, text, onValue, onFocus, ...range }: Props) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>
        {label}
        {of && <span class="spoken"> of {of}</span>}
      </label>
      {/* The slider itself announces its value. */}
      <output for={id} aria-live="off">
        {text}
      </output>
      <input
        id={id}
        type="range"
        {...range}
        value={value}
        aria-valuetext={text}
        onInput={({ currentTarget }) => onValue(currentTarget.valueAsNumber)}
        onFocus={() => onFocus?.()}
      />
    </div>
  );
}

import { useId } from 'preact/hooks';

interface Props<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: Readonly<Record<T, string>>;
  readonly onValue: (value: T) => void;
}

/** A choice of one of a few options. */
export function Choice<T extends string>({ legend, value, options, onValue }: Props<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {(Object.entries(options) as [T, string][]).map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onValue(option)} /> {text}
        </label>
      ))}
    </fieldset>
  );
}

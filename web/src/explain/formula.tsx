import type { ComponentChildren } from 'preact';

interface Props {
  readonly name: string;
  readonly text: string;
  /** The formula with symbols. */
  readonly general: ComponentChildren;
  /** The formula with the current numbers. */
  readonly present: ComponentChildren;
}

/** A formula, once with symbols and once with numbers, and an explanation. */
export function Formula({ name, text, general, present }: Props) {
  return (
    <section class="card formula">
      <h3>{name}</h3>
      <math display="block">
        <mrow>{general}</mrow>
      </math>
      <math display="block" class="present">
        <mrow>{present}</mrow>
      </math>
      <p>{text}</p>
    </section>
  );
}

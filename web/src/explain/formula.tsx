import type { ComponentChildren } from 'preact';

interface Props {
  readonly name: string;
  readonly text: string;
  /** In letters. */
  readonly general: ComponentChildren;
  /** In the numbers that are shown. */
  readonly present: ComponentChildren;
}

/** A formula, twice, and what it says in words. */
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

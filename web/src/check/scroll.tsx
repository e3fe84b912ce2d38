import type { ComponentChildren } from 'preact';

interface Props {
  /** The id of its heading. */
  readonly labelledBy: string;
  readonly children: ComponentChildren;
}

/** A region that may be wider than the window and scrolls on its own. It is focusable, to scroll by keyboard. */
export function Scroll({ labelledBy, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section class="scroll" tabIndex={0} aria-labelledby={labelledBy}>
      {children}
    </section>
  );
}

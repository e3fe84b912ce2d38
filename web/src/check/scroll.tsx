import type { ComponentChildren } from 'preact';

interface Props {
  /** The id of its heading. */
  readonly labelledBy: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the window, and is scrolled by itself: by keyboard too, which wants the focus for it. */
export function Scroll({ labelledBy, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section class="scroll" tabIndex={0} aria-labelledby={labelledBy}>
      {children}
    </section>
  );
}

interface Props {
  readonly value: number | undefined;
  /** The value that fills the bar. */
  readonly full: number;
  /** Whether 0 is in its middle. */
  readonly signed?: boolean;
}

/** Shows a number as a length. Hidden from screen readers, because the number itself is next to it. */
export function Bar({ value = 0, full, signed = false }: Props) {
  const length = Math.min(Math.abs(value) / full, 1) * (signed ? 50 : 100);
  const start = signed ? 50 - (value < 0 ? length : 0) : 0;
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="6" />
      <rect class={value < 0 ? 'below' : 'above'} x={start} width={length} height="6" />
      {signed && <rect class="zero" x="49.5" width="1" height="6" />}
    </svg>
  );
}

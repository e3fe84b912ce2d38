import type { CheckRow } from 'gradfold/check';

/** Ulps at the left end of the scale; smaller errors count as 0. */
const LEAST = 0.01;
const WIDTH = 200;
const HEIGHT = 16;
/** The margin at either end, for half of a tick label. */
const MARGIN = 16;

/** Ulps at the right end of a scale that fits all rows: a power of ten. */
export function scaleOf(rows: readonly CheckRow[]): number {
  const largest = rows.flatMap(({ error, budget }) => [error, budget]).filter(Number.isFinite);
  return 10 ** Math.ceil(Math.log10(Math.max(10, ...largest)));
}

/** The position of an error within WIDTH. Infinite errors are at the right end. */
function placeOf(ulp: number, most: number): number {
  const share = Math.log10(ulp / LEAST) / Math.log10(most / LEAST);
  return MARGIN + WIDTH * Math.min(Math.max(share, 0), 1);
}

/** Powers of ten along the scale, as many as fit. */
function ticksOf(most: number): number[] {
  const decades = Math.round(Math.log10(most / LEAST));
  const step = Math.ceil(decades / 5);
  return Array.from({ length: Math.floor(decades / step) + 1 }, (_, i) => LEAST * 10 ** (i * step));
}

const VIEW = `0 0 ${WIDTH + 2 * MARGIN} ${HEIGHT}`;

interface Props extends Pick<CheckRow, 'error' | 'budget' | 'ok'> {
  readonly most: number;
}

/** An error next to its budget. The row has the same figures as text, so the bar is hidden from screen readers. */
export function Bar({ error, budget, ok, most }: Props) {
  const limit = placeOf(budget, most);
  return (
    <svg class="bar" viewBox={VIEW} aria-hidden="true">
      <path
        class="tick"
        d={ticksOf(most)
          .map((tick) => `M${placeOf(tick, most)} 0v${HEIGHT}`)
          .join('')}
      />
      <rect class={ok ? 'error' : 'error over'} x={MARGIN} y="4" width={placeOf(error, most) - MARGIN} height="8" />
      <line class="budget" x1={limit} x2={limit} y1="1" y2={HEIGHT - 1} />
    </svg>
  );
}

/** The ticks' labels, for the head of the column. */
export function Scale({ most }: { readonly most: number }) {
  return (
    <svg class="bar" viewBox={VIEW} aria-hidden="true">
      {ticksOf(most).map((tick) => (
        <text key={tick} x={placeOf(tick, most)} y="12" text-anchor="middle">
          {Number(tick.toPrecision(1)).toString().replace('e+', 'e')}
        </text>
      ))}
    </svg>
  );
}

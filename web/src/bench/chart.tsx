import type { Row } from 'gradfold/bench';
import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { OPS } from './choice.ts';
import { type Line, linesOf } from './lines.ts';

const HEIGHT = 340;
/** The least distance of two labels, in CSS pixels. */
const LABEL = 62;
/** The margin factor around the shortest and the longest rows. */
const MARGIN = 2 ** 0.5;
const DASHES = [[], [8, 5], [2, 4], [12, 4, 2, 4]];
const WIDTHS = { copy: 3, op: 2 };

/** Bandwidth over row length. The table has the same figures. */
export function Chart({ rows }: { readonly rows: readonly Row[] }) {
  const plot = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const width = useWidth(plot);
  const dark = useDark();
  const [missing, setMissing] = useState(false);
  const { lengths, lines } = linesOf(rows);
  const data: uPlot.AlignedData = [[...lengths], ...lines.map(({ speeds }) => [...speeds])];
  const now = useRef({ lines, data });
  now.current = { lines, data };
  const chart = useRef<uPlot>(undefined);
  const names = lines.map(({ name }) => name).join();
  // The chart is recreated only when its lines change: a new canvas may have to wait for the busy GPU.
  useEffect(() => {
    const element = plot.current;
    if (!element || !legend.current || width === 0 || names === '') return;
    const colors = [...legend.current.children].map((item) => getComputedStyle(item).color);
    const { color: ink, borderTopColor: grid } = getComputedStyle(element);
    let gone = false;
    import('uplot').then(
      ({ default: UPlot }) => {
        const { lines, data } = now.current;
        if (!gone) chart.current = new UPlot(optionsOf(lines, { width, ink, grid, colors }), data, element);
      },
      // The file may fail to load, and the library throws if the browser's language is invalid.
      () => setMissing(true),
    );
    return () => {
      gone = true;
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [names, width, dark]);
  // `data` depends only on `rows`.
  useEffect(() => chart.current?.setData(data), [rows]);
  return (
    <figure class="bandwidth">
      <figcaption>Bandwidth in GB/s over row length, counting the least bytes that an op must move.</figcaption>
      <div class="plot" ref={plot} role="img" aria-label="Chart of bandwidth over row length, as in the table" />
      {missing && <p>The chart cannot be drawn here; the table has the same figures.</p>}
      <ul class="legend" ref={legend}>
        {lines.map((line) => (
          <li key={line.name} class={`${colorClass(line)} form-${line.form % DASHES.length}`}>
            <span>{line.name}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function colorClass({ op }: Line): string {
  return op === undefined ? 'copy' : `op-${(OPS as readonly string[]).indexOf(op)}`;
}

interface Look {
  readonly width: number;
  readonly ink: string;
  readonly grid: string;
  /** The color of each line. */
  readonly colors: readonly string[];
}

function optionsOf(lines: readonly Line[], { width, ink, grid, colors }: Look): uPlot.Options {
  const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: {
        time: false,
        distr: 3,
        log: 2,
        range: (_, least, most) => [least / MARGIN, most * MARGIN],
      },
      y: { range: (_, __, most) => [0, 1.05 * most] },
    },
    axes: [
      {
        ...axis,
        label: 'columns (row length)',
        splits: ({ data }) => [...data[0]] as number[],
        filter: (_, splits) => splits,
        values: (_, splits) => {
          const every = Math.max(1, Math.ceil((splits.length * LABEL) / width));
          return splits.map((length, i) => (i % every === 0 ? length.toLocaleString('en') : ''));
        },
      },
      { ...axis, label: 'GB/s' },
    ],
    series: [
      {},
      ...lines.map(({ name, op, form }, i) => ({
        label: name,
        stroke: colors[i] as string,
        width: op === undefined ? WIDTHS.copy : WIDTHS.op,
        dash: DASHES[form % DASHES.length] as number[],
        points: { show: true, size: 7, fill: colors[i] as string },
        spanGaps: true,
      })),
    ],
  };
}

/** An element's width in CSS pixels, as it changes. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Whether the visitor prefers a dark theme, as it changes. */
function useDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const listen = () => setDark(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, [query]);
  return dark;
}

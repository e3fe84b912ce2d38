import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly caption: string;
  /** The latest value as text, which describes the curve to screen readers. */
  readonly latest: string;
  readonly points: readonly Point[];
  /** The end of the x axis. */
  readonly end: number;
  /** The end of the y axis. @default the largest value */
  readonly top?: number;
  readonly format: (value: number) => string;
  /** Whether each point is marked. */
  readonly marks: boolean;
}

const HEIGHT = 190;

/** A growing curve. The table of scores has the same numbers. */
export function Chart({ caption, latest, points, end, top, format, marks }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [missing, setMissing] = useState(false);
  const now = useRef({ points, end, top });
  now.current = { points, end, top };
  const begun = end > 0;
  useEffect(() => {
    // The library is loaded only when there is something to draw.
    if (!begun) return;
    const element = box.current as HTMLDivElement;
    let gone = false;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width } = element;
      if (plot.current && plot.current.width !== width) plot.current.setSize({ width, height: HEIGHT });
    });
    // The colors of the theme are read when drawing.
    const theme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => plot.current?.redraw();
    const make = async () => {
      const { default: UPlot } = await import('uplot');
      // A separate task for each chart, so that they do not block the page together.
      await new Promise((resolve) => setTimeout(resolve));
      if (gone) return;
      const limits = {
        x: () => [0, Math.max(1, now.current.end)] as [number, number],
        y: (_: uPlot, __: number, most: number) =>
          [0, now.current.top ?? (most > 0 ? 1.05 * most : 1)] as [number, number],
      };
      plot.current = new UPlot(optionsOf(element, format, marks, limits), dataOf(now.current.points), element);
      observer.observe(element);
      theme.addEventListener('change', redraw);
    };
    // The file may fail to load, and the library throws if the browser's language is invalid.
    make().catch(() => setMissing(true));
    return () => {
      gone = true;
      observer.disconnect();
      theme.removeEventListener('change', redraw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [begun, format, marks]);
  useEffect(() => plot.current?.setData(dataOf(points)), [points, end]);
  return (
    <figure class="chart">
      <figcaption>
        {caption} <strong>{latest}</strong>
      </figcaption>
      {missing && <p>The curve cannot be drawn here; the table has the same numbers.</p>}
      <div ref={box} aria-hidden="true" />
    </figure>
  );
}

const dataOf = (points: readonly Point[]): uPlot.AlignedData => [points.map(({ x }) => x), points.map(({ y }) => y)];

function optionsOf(
  element: HTMLElement,
  format: (value: number) => string,
  marks: boolean,
  limits: { x: uPlot.Scale.Range; y: uPlot.Scale.Range },
): uPlot.Options {
  const style = getComputedStyle(element);
  const axis: uPlot.Axis = {
    stroke: () => style.outlineColor,
    grid: { stroke: () => style.borderTopColor, width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 12, 0, 0],
    scales: { x: { time: false, range: limits.x }, y: { range: limits.y } },
    axes: [
      { ...axis, size: 30 },
      { ...axis, size: 52, values: (_, splits) => splits.map(format) },
    ],
    series: [{}, { stroke: () => style.color, width: 2, points: { show: marks, size: 6, fill: () => style.color } }],
  };
}

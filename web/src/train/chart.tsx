import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly caption: string;
  /** The latest value in words: what the curve is for those who do not see it. */
  readonly latest: string;
  readonly points: readonly Point[];
  /** Where the x axis ends. */
  readonly end: number;
  /** Where the y axis ends; by default where the data do. */
  readonly top?: number;
  readonly format: (value: number) => string;
  /** Whether each point is marked. */
  readonly marks: boolean;
}

const HEIGHT = 190;

/** A curve that grows. The table of the scores tells the same in numbers. */
export function Chart({ caption, latest, points, end, top, format, marks }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [missing, setMissing] = useState(false);
  const now = useRef({ points, end, top });
  now.current = { points, end, top };
  const begun = end > 0;
  useEffect(() => {
    // Nothing is loaded before there is something to draw.
    if (!begun) return;
    const element = box.current as HTMLDivElement;
    let gone = false;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width } = element;
      if (plot.current && plot.current.width !== width) plot.current.setSize({ width, height: HEIGHT });
    });
    // The colors are the theme's, read as it draws.
    const theme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => plot.current?.redraw();
    const make = async () => {
      const { default: UPlot } = await import('uplot');
      // A task for each chart: together they would hold the page up.
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
    // It is a file that may not arrive, and one that stops at a browser's language that is none.
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
      {missing && <p>The curve cannot be drawn here; the table has its numbers.</p>}
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

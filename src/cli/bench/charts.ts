import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryName } from '../../../bench/figures.ts';
import { type Report, type Row, shareOf } from '../../../bench/report.ts';
import { AXIS, INK, PALE, renderSvg, SYMBOLS, TEXT, titleOf } from '../svg.ts';
import { aboutReport } from './table.ts';

const WIDTH = 900;
const HEIGHT = 420;
/** Width of the legend. */
const LEGEND = 230;
/** A chart of an op in one dtype: share of copy bandwidth over columns, one line per library. */
export interface Chart {
  readonly op: string;
  readonly dtype: string;
  /** Elements per tensor, if the same for all. */
  readonly elements?: number | undefined;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [cols: number, share: number])[];
  }[];
}

/** Returns the charts of a report: those in which a library has times for at least two column counts of 2-D tensors. */
export function chartsOf({ rows }: Report): Chart[] {
  const charts = new Map<
    string,
    { op: string; dtype: string; sizes: Set<number>; lines: Map<string, Map<number, number>> }
  >();
  for (const row of rows) {
    const share = shareOf(row);
    if (row.shape.length !== 2 || share === undefined) continue;
    const { op, dtype } = row;
    const key = `${op} ${dtype}`;
    const chart = charts.get(key) ?? { op, dtype, sizes: new Set(), lines: new Map() };
    charts.set(key, chart);
    chart.sizes.add(row.shape.reduce((size, length) => size * length, 1));
    const name = libraryName(row);
    const line = chart.lines.get(name) ?? new Map();
    chart.lines.set(name, line.set(columnsOf(row), share));
  }
  return [...charts.values()]
    .map(({ lines, sizes, ...chart }) => ({
      ...chart,
      elements: sizes.size === 1 ? [...sizes][0] : undefined,
      lines: [...lines].map(([name, points]) => ({ name, points: [...points].sort(([a], [b]) => a - b) })),
    }))
    .filter(({ lines }) => lines.some(({ points }) => points.length > 1));
}

const columnsOf = ({ shape }: Row) => shape.at(-1) as number;

/**
 * Writes the charts of a report as SVG files.
 * @returns their file names
 */
export async function writeCharts(report: Report, folder: string): Promise<string[]> {
  const charts = chartsOf(report);
  if (charts.length === 0) return [];
  mkdirSync(folder, { recursive: true });
  const names: string[] = [];
  for (const chart of charts) {
    const name = `${chart.op.replaceAll(/[^A-Za-z]+/g, '-')}-${chart.dtype}.svg`;
    writeFileSync(join(folder, name), await renderChart(chart, report));
    names.push(name);
  }
  return names;
}

/** Renders a chart as SVG. @throws if the package that draws it is not installed */
export function renderChart({ op, dtype, elements, lines }: Chart, report: Report): Promise<string> {
  const all = lines.flatMap(({ points }) => points);
  const cols = all.map(([each]) => each);
  const highest = Math.max(1, ...all.map(([, share]) => share));
  const option = {
    title: titleOf(`${op}, ${dtype}`, `${aboutReport(report)[0]?.[1]}`),
    legend: {
      ...{ orient: 'vertical' as const, left: WIDTH - LEGEND, top: 78, itemGap: 14, itemWidth: 30 },
      textStyle: TEXT,
    },
    grid: { left: 74, right: LEGEND + 34, top: 78, bottom: 58 },
    xAxis: {
      ...AXIS,
      type: 'log' as const,
      logBase: 4,
      min: powerOfFour(Math.min(...cols), Math.floor),
      max: powerOfFour(Math.max(...cols), Math.ceil),
      name: elements === undefined ? 'columns' : `columns, with ${elements.toLocaleString('en-US')} elements in total`,
      nameGap: 34,
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => value.toLocaleString('en-US') },
      axisLine: { lineStyle: { color: INK } },
      splitLine: { show: false },
    },
    yAxis: {
      ...AXIS,
      type: 'value' as const,
      min: 0,
      max: Math.ceil(5 * highest) / 5,
      name: 'bandwidth, % of copy',
      nameGap: 48,
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => `${Math.round(100 * value)} %` },
      splitLine: { lineStyle: { color: PALE } },
    },
    series: lines.map(({ name, points }, index) => ({
      name,
      type: 'line' as const,
      silent: true,
      emphasis: { disabled: true },
      data: points.map((point) => [...point]),
      symbol: SYMBOLS[index % SYMBOLS.length] as string,
      symbolSize: 8,
      z: lines.length - index,
      lineStyle: { width: index === 0 ? 3 : 2 },
      ...(index === 0 && {
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: INK, type: 'dashed' as const },
          label: { formatter: 'copy', position: 'insideEndTop' as const, color: INK },
          data: [{ yAxis: 1 }],
        },
      }),
    })),
  };
  return renderSvg('bench: --charts', option, { width: WIDTH, height: HEIGHT });
}

function powerOfFour(value: number, round: (exponent: number) => number): number {
  return 4 ** round(Math.log2(value) / 2);
}

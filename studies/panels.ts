import { AXIS, COLORS, INK, PALE, renderSvg, SYMBOLS, TEXT, titleOf } from '../src/cli/svg.ts';

/** Lines over a shared axis. */
export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  /** The name, including the unit. */
  readonly name: string;
  /** @default 'linear' */
  readonly scale?: 'linear' | 'log';
  /** The base of a logarithmic axis, whose ends are powers of it. @default 10 */
  readonly base?: number;
  /** @default the least value of the lines */
  readonly min?: number;
  readonly max?: number;
  /** Formats the axis labels. @default with commas between thousands */
  readonly format?: (value: number) => string;
}

export interface Line {
  readonly name: string;
  /** The points. Those that are non-finite, or not positive on a logarithmic axis, are left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The index into COLORS. @default the index of the line */
  readonly color?: number;
  /** 'none' draws only the points. @default 'solid' */
  readonly stroke?: 'solid' | 'dashed' | 'dotted' | 'none';
  /** Whether each point is marked. @default true */
  readonly marked?: boolean;
}

export interface Chart {
  readonly title: string;
  /** The text below the title, such as the adapter. */
  readonly subtitle: string;
  readonly panels: readonly Panel[];
}

/** The size of a panel, in pixels. */
const WIDTH = 560;
const HEIGHT = 500;
/** The margins for the axes and their names. */
const LEFT = 78;
const RIGHT = 24;
const BOTTOM = 56;
/** The top of the panel titles, and the height of a legend line. */
const TOP = 68;
const LEGEND_LINE = 21;

/** Renders panels side by side as one SVG. @throws when the package that draws it is not installed */
export function renderPanels({ title, subtitle, panels }: Chart): Promise<string> {
  const legendLines = Math.max(...panels.map(({ lines }) => Math.ceil(lines.length / 2)));
  const top = TOP + 30 + LEGEND_LINE * legendLines;
  const option = {
    title: [
      titleOf(title, subtitle),
      ...panels.map((panel, index) => ({
        text: panel.title,
        left: WIDTH * index + LEFT,
        top: TOP,
        padding: 0,
        textStyle: { color: INK, fontSize: 14 },
      })),
    ],
    legend: panels.flatMap(({ lines }, index) =>
      // Two legends form two aligned columns.
      [0, 1].map((column) => ({
        orient: 'vertical' as const,
        left: WIDTH * index + LEFT + (column * (WIDTH - LEFT - RIGHT)) / 2,
        top: TOP + 20,
        padding: 0,
        itemGap: 7,
        itemWidth: 30,
        textStyle: { ...TEXT, fontSize: 12 },
        data: lines
          .filter((_, at) => at % 2 === column)
          .map(({ name, marked = true }) => ({
            name: seriesName(index, name),
            ...(!marked && { itemStyle: { opacity: 0 } }),
          })),
        formatter: (name: string) => name.slice(name.indexOf('|') + 1),
      })),
    ),
    grid: panels.map((_, index) => ({
      left: WIDTH * index + LEFT,
      width: WIDTH - LEFT - RIGHT,
      top,
      height: HEIGHT - top - BOTTOM,
    })),
    xAxis: panels.map(({ x, lines }, index) => ({
      ...axisOf(x, index, 34, valuesOf(lines, 0)),
      axisLine: { onZero: false, lineStyle: { color: INK } },
      splitLine: { show: false },
    })),
    yAxis: panels.map(({ y, lines }, index) => ({
      ...axisOf(y, index, 54, valuesOf(lines, 1)),
      axisLine: { onZero: false },
      splitLine: { lineStyle: { color: PALE } },
    })),
    series: panels.flatMap(({ lines, x, y }, index) => lines.map((line, at) => seriesOf(line, at, index, x, y))),
  };
  return renderSvg('experiment: --svg', option, { width: WIDTH * panels.length, height: HEIGHT });
}

/** Prefixes the panel, because series with equal names share a legend entry. */
const seriesName = (panel: number, name: string) => `${panel}|${name}`;

function valuesOf(lines: readonly Line[], at: 0 | 1): number[] {
  return lines.flatMap(({ points }) => points.map((point) => point[at])).filter(Number.isFinite);
}

function axisOf(axis: Axis, gridIndex: number, nameGap: number, values: readonly number[]) {
  const { name, scale = 'linear', base = 10, format = (value: number) => value.toLocaleString('en-US') } = axis;
  const positive = values.filter((value) => value > 0);
  // Rounding to twelve digits makes integer exponents exact despite rounding errors of the logarithms.
  const power = (value: number, round: (exponent: number) => number) =>
    base ** round(Number((Math.log(value) / Math.log(base)).toPrecision(12)));
  const ends =
    scale === 'log' && positive.length > 0
      ? { min: power(Math.min(...positive), Math.floor), max: power(Math.max(...positive), Math.ceil) }
      : {};
  return {
    ...AXIS,
    ...ends,
    ...(axis.min !== undefined && { min: axis.min }),
    ...(axis.max !== undefined && { max: axis.max }),
    ...(scale === 'log' ? { type: 'log' as const, logBase: base } : { type: 'value' as const, scale: true }),
    ...{ gridIndex, name, nameGap },
    axisLabel: { ...AXIS.axisLabel, hideOverlap: true, formatter: format },
  };
}

function seriesOf({ name, points, ...look }: Line, at: number, panel: number, x: Axis, y: Axis) {
  const { color: own = at, stroke = 'solid', marked = true } = look;
  const hasPlace = (value: number, { scale }: Axis) => Number.isFinite(value) && (scale !== 'log' || value > 0);
  const color = COLORS[own % COLORS.length] as string;
  return {
    name: seriesName(panel, name),
    type: 'line' as const,
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    emphasis: { disabled: true },
    data: points.filter((point) => hasPlace(point[0], x) && hasPlace(point[1], y)).map((point) => [...point]),
    symbol: marked || stroke === 'none' ? (SYMBOLS[at % SYMBOLS.length] as string) : 'none',
    symbolSize: stroke === 'none' ? 6 : 7,
    itemStyle: { color },
    lineStyle: stroke === 'none' ? { width: 0 } : { width: 2, color, type: stroke },
  };
}

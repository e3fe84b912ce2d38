import type { EChartsOption } from 'echarts';

/** Colors that color-blind readers can tell apart (Okabe and Ito). */
export const COLORS = ['#0072b2', '#56b4e9', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#000000', '#8c564b'] as const;
export const SYMBOLS = [
  'circle',
  'emptyCircle',
  'triangle',
  'rect',
  'diamond',
  'emptyTriangle',
  'emptyRect',
  'emptyDiamond',
] as const;
export const INK = '#222222';
export const PALE = '#d9d9d9';
export const TEXT = { color: INK, fontSize: 13 };
/** Options of all axes. */
export const AXIS = { nameLocation: 'middle' as const, nameTextStyle: TEXT, axisLabel: { color: INK, fontSize: 12 } };

/** Returns a chart's title, with the measured adapter below it. */
export function titleOf(text: string, subtext: string) {
  return {
    text,
    subtext,
    left: 16,
    top: 10,
    textStyle: { color: INK, fontSize: 17 },
    subtextStyle: { color: INK, fontSize: 12 },
  };
}

/**
 * Renders a chart as SVG. The background is opaque, so that the chart is legible on a dark page.
 * @param wantedBy the caller's name in the error message
 * @param size in pixels
 * @throws if the package that draws it is not installed
 */
export async function renderSvg(
  wantedBy: string,
  option: EChartsOption,
  size: { width: number; height: number },
): Promise<string> {
  const echarts = await import('echarts').catch((cause: unknown) => {
    throw new Error(`${wantedBy} needs the package echarts: npm install --save-dev echarts`, { cause });
  });
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: [...COLORS],
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

// Formats the figures of a report, for the terminal and the pages.

import type { Cold, ColdSpread, Row } from './report.ts';

export function libraryName({ library, variant, on }: Row): string {
  return [library, variant, on && 'CUDA'].filter(Boolean).join(', ');
}

export function shapeName({ shape, channelAxis }: Row): string {
  return shape.join('×') + (channelAxis === -1 ? ' last' : '');
}

/** The error of a correct result; otherwise what is wrong, or why nothing was timed. */
export function verdictOf({ error, note, right }: Row): string {
  const found = right && error !== undefined ? error.toExponential(1) : '';
  return [found, note].filter(Boolean).join('; ');
}

/** The figures outside kernels. */
export function coldLines({ process, pipeline, call }: Cold): string[] {
  const of = (spread: ColdSpread, unit: string) =>
    `${spread.median.toPrecision(3)} ${unit} (least ${spread.least.toPrecision(3)}, p20-p80 ${spread.p20.toPrecision(3)}-${spread.p80.toPrecision(3)})`;
  return [
    ...(process ? [`from process start to the result of a first 4096×1024 softmax: ${of(process, 'ms')}`] : []),
    `the softmax pipeline, on a device with nothing compiled: ${of(pipeline, 'ms')}`,
    `one call of softmax on 1×10, recorded and submitted: ${of(call.disposed, 'µs')} if its result is disposed of at once, ${of(call.kept, 'µs')} if it is kept`,
  ];
}

export function milli(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

/** Formats milliseconds. */
export function micro(ms: number): string {
  return String(Number((1000 * ms).toPrecision(3)));
}

export function percent(share: number | undefined): string {
  if (share === undefined) return '';
  return `${share < 0.1 ? (100 * share).toPrecision(2) : (100 * share).toFixed(0)} %`;
}

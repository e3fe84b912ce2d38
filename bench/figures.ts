// A report's figures as a person reads them, in a terminal and on a page.

import type { Cold, ColdSpread, Row } from './report.ts';

export function libraryName({ library, variant, on }: Row): string {
  return [library, variant, on && 'CUDA'].filter(Boolean).join(', ');
}

export function shapeName({ shape, channelAxis }: Row): string {
  return shape.join('×') + (channelAxis === -1 ? ' last' : '');
}

/** The error of what is right; what is wrong, or why nothing was timed. */
export function verdictOf({ error, note, right }: Row): string {
  const found = right && error !== undefined ? error.toExponential(1) : '';
  return [found, note].filter(Boolean).join('; ');
}

/** The figures that are no kernel's. */
export function coldLines({ process, pipeline, call }: Cold): string[] {
  const of = (spread: ColdSpread, unit: string) =>
    `${spread.median.toPrecision(3)} ${unit} (least ${spread.least.toPrecision(3)}, p20-p80 ${spread.p20.toPrecision(3)}-${spread.p80.toPrecision(3)})`;
  return [
    ...(process ? [`process start to a first softmax of 4096×1024 read: ${of(process, 'ms')}`] : []),
    `a pipeline of softmax, on a device that has none: ${of(pipeline, 'ms')}`,
    `a softmax of 1×10, recorded and submitted, a call: ${of(call.disposed, 'µs')} where its result is disposed of at once, ${of(call.kept, 'µs')} where it is kept`,
  ];
}

export function milli(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

/** From milliseconds. */
export function micro(ms: number): string {
  return String(Number((1000 * ms).toPrecision(3)));
}

export function percent(share: number | undefined): string {
  if (share === undefined) return '';
  return `${share < 0.1 ? (100 * share).toPrecision(2) : (100 * share).toFixed(0)} %`;
}

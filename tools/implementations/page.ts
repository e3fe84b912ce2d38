import type { Facts } from '../../scripts/implementations/suite.mjs';
import type { CheckReport } from '../../src/conformance/suite/report.ts';

/** What the suite found out about an implementation; docs/implementations.json holds one of each. */
export interface Implementation extends Pick<Facts, 'used' | 'milliseconds' | 'trainingError'> {
  /** The host and its version, which names the implementation. */
  readonly host: string;
  readonly report: Pick<CheckReport, 'adapter' | 'cases' | 'results' | 'missing'> & { readonly over: number };
}

/** The rows of the table by what they tell. */
const ROWS: readonly (readonly [string, (one: Implementation) => string])[] = [
  ['adapter', ({ report: { adapter } }) => adapter.description || adapter.architecture || 'not named'],
  ['subgroups', ({ used }) => used.subgroups],
  ['single halves', ({ used }) => used.f16],
  ['conversion of halves', ({ used }) => used.conversions],
  ['the built-in `exp2` proved accurate', ({ used }) => used.exp2],
  ['timestamps', ({ used }) => used.timestamps],
  ['limits', ({ used }) => used.limits],
  ['check', ({ report: { cases, results, over } }) => `${cases} cases, ${results} results, ${over} over budget`],
  ['folds left out', ({ report: { missing } }) => (missing.length > 0 ? missing.join('; ') : 'none')],
  ['training', ({ trainingError }) => `losses within ${trainingError.toExponential(1)} of the first one`],
  ['reading one number', ({ milliseconds }) => `${milliseconds.read.toFixed(2)} ms`],
  ['a step of training with its loss read', ({ milliseconds }) => `${milliseconds.step.toFixed(2)} ms`],
];

/** Returns docs/implementations.md. */
export function implementationsPage(all: readonly Implementation[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# Implementations',
    '',
    '<!-- Written by `npm run implementations`. -->',
    '',
    ...INTRODUCTION,
    '',
    line(['', ...all.map(({ host }) => host)]),
    line(['---', ...all.map(() => '---')]),
    ...ROWS.map(([what, tell]) => line([what, ...all.map(tell)])),
    '',
    ...NOTES,
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'WebGPU has two implementations that are open to try on a machine without a GPU: Dawn (Chromium, and npm `webgpu` in',
  'Node and Bun) and wgpu (Firefox and Deno). This is what Gradfold uses of each, and what the same suite found there: the',
  'quick check with every reduction strategy in f32 and f16, against float64; 200 steps of training, whose losses float64',
  'knows; and two waits, as medians. All adapters are software; a real GPU offers other features and limits. Errors by op',
  'are on the page on [accuracy](accuracy.md).',
];

const NOTES = [
  '- **Subgroups** are used where the device has the feature `subgroups` and the compiler takes `requires subgroup_id`.',
  '- **f16** works everywhere. The feature `shader-f16` only changes how halves that share a word are stored. A device',
  '  that is opened runs a probe: where its own conversions are exact and round to nearest even for every half, they are',
  '  used, otherwise integers, with the same results. naga, the compiler of wgpu, has no bitcast between f16 vectors and',
  '  words, so the parts that need one are linked only where a probe compiled it.',
  '- **Timestamps** are used by the benchmark only.',
  '- **Bun** has no WebGPU of its own. With npm `webgpu` it runs Dawn like Node; Bun 1.4.5 passed the same suite on llvmpipe.',
  '- **Deno** takes some 11 ms for a read, however small it is and however soon it could end: read several tensors at once.',
  '  **Firefox** notices that work is done only when something is submitted; Gradfold submits nothing, in small steps,',
  '  while it waits.',
  '',
  '`npm run test:deno` and `npm run test:firefox` run the suite, in CI as well; `npm run implementations -- NAME` runs it',
  'and updates a column.',
];

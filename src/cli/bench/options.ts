import { type Command, InvalidArgumentError, Option } from 'commander';
import { COLUMNS, ELEMENTS } from '../../../bench/cases.ts';
import { BENCH_OPS } from '../../../bench/ops.ts';
import { BATCH_MS, ROUNDS } from '../../../bench/run.ts';
import { ADAPTER_OPTION } from '../adapter_option.ts';
import { PEER_NAMES } from './peers.ts';

export interface BenchCommandOptions {
  readonly adapter?: string;
  readonly op?: readonly string[];
  readonly shape?: readonly (readonly number[])[];
  readonly columns?: true | readonly number[];
  readonly elements?: number;
  readonly dtype: readonly ('f32' | 'f16')[];
  readonly peers: readonly string[];
  readonly rounds: number;
  readonly batch: number;
  readonly calls?: number;
  readonly clock: 'auto' | 'gpu' | 'host';
  readonly variants?: true;
  readonly profile?: string;
  readonly cold?: true;
  readonly from?: string;
  readonly json?: string;
  readonly csv?: string;
  readonly compare?: string;
  readonly merge: readonly string[];
  readonly charts?: string;
  readonly report?: readonly string[];
  readonly output: string;
}

/** What says how to measure, and what to do with one report. */
const MEASURING = [
  'op',
  'shape',
  'columns',
  'elements',
  'dtype',
  'peers',
  'rounds',
  'batch',
  'calls',
  'clock',
  'variants',
  'profile',
  'cold',
];
const SHOWING = ['from', 'json', 'csv', 'compare', 'merge', 'charts'];

export function addBenchOptions(command: Command): Command {
  const dtypes = new Option('--dtype <dtypes...>', 'of the elements').choices(['f32', 'f16']).default(['f32']);
  const clock = new Option('--clock <clock>', "'auto' is the GPU's own where there are timestamp queries");
  return command
    .addOption(ADAPTER_OPTION())
    .option('--op <names...>', 'all by default', eachOf(knownOp))
    .option(
      '--shape <shapes...>',
      "lengths joined by x, such as 4096x1024; each op's own by default",
      eachOf(parseShape),
    )
    .addOption(
      new Option(
        '--columns [columns...]',
        `instead of shapes: rows of ${COLUMNS.join(', ')} columns, or of those given`,
      )
        .argParser(eachOf(wholeNumber(1)))
        .conflicts('shape'),
    )
    .option('--elements <n>', `of a tensor for --columns (default: ${ELEMENTS})`, wholeNumber(1))
    .addOption(dtypes)
    .option(
      '--peers <names...>',
      `other libraries to measure beside it: ${PEER_NAMES.join(', ')}`,
      eachOf(knownPeer),
      [] as string[],
    )
    .option('--rounds <n>', 'batches of each', wholeNumber(1), ROUNDS)
    .option('--batch <ms>', 'what a batch lasts at least, in milliseconds', positive, BATCH_MS)
    .option('--calls <n>', 'calls a batch, instead', wholeNumber(1))
    .addOption(clock.choices(['auto', 'gpu', 'host']).default('auto'))
    .option('--variants', 'time every other way to share out rows among lanes, too')
    .option('--profile <file>', 'plan by what gradfold tune has written')
    .option('--cold', 'measure start-up, pipelines and the cost of a call too')
    .addOption(new Option('--from <file>', 'show what --json wrote, instead of measuring').conflicts(MEASURING))
    .option('--json <file>', 'write the report')
    .option('--csv <file>', 'write the table')
    .option('--compare <file>', 'an older report: what changed, and what of it is beyond the noise')
    .option(
      '--merge <files...>',
      "rows of bench/peers/cuda.py on the same machine's CUDA",
      eachOf(String),
      [] as string[],
    )
    .option('--charts <folder>', 'write share of the copy over columns as SVG')
    .addOption(
      new Option('--report <files...>', 'write the page of reports that --json wrote, instead of measuring').conflicts([
        ...MEASURING,
        ...SHOWING,
      ]),
    )
    .option('--output <file>', 'the page of --report, with its charts beside it', 'docs/performance.md');
}

/** For an option that takes several values: commander calls its parser once a value. */
function eachOf<T>(parse: (text: string) => T): (text: string, previous: unknown) => T[] {
  let own: T[] = [];
  return (text) => {
    own = [...own, parse(text)];
    return own;
  };
}

function knownOp(name: string): string {
  const names = BENCH_OPS.map((op) => op.name);
  if (names.includes(name)) return name;
  throw new InvalidArgumentError(`Expected one of: ${names.map((each) => `'${each}'`).join(', ')}.`);
}

function knownPeer(name: string): string {
  if ((PEER_NAMES as readonly string[]).includes(name)) return name;
  throw new InvalidArgumentError(`Expected one of: ${PEER_NAMES.join(', ')}.`);
}

function parseShape(text: string): number[] {
  if (/^\d+([x×]\d+)+$/.test(text)) return text.split(/[x×]/).map(Number);
  throw new InvalidArgumentError('Expected two lengths or more joined by x, such as 4096x1024.');
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} up.`);
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

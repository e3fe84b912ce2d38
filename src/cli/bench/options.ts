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

/** Options that say how to measure, and options for what to do with the report. */
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
  const dtypes = new Option('--dtype <dtypes...>', 'dtypes of the elements').choices(['f32', 'f16']).default(['f32']);
  const clock = new Option('--clock <clock>', "'auto' is the GPU's if it has timestamp queries, else the host's");
  return command
    .addOption(ADAPTER_OPTION())
    .option('--op <names...>', 'ops to measure (default: all)', eachOf(knownOp))
    .option(
      '--shape <shapes...>',
      "lengths joined by x, such as 4096x1024 (default: each op's own shapes)",
      eachOf(parseShape),
    )
    .addOption(
      new Option('--columns [columns...]', `measure row lengths instead of shapes (default: ${COLUMNS.join(', ')})`)
        .argParser(eachOf(wholeNumber(1)))
        .conflicts('shape'),
    )
    .option('--elements <n>', `elements per tensor for --columns (default: ${ELEMENTS})`, wholeNumber(1))
    .addOption(dtypes)
    .option(
      '--peers <names...>',
      `other libraries to measure: ${PEER_NAMES.join(', ')}`,
      eachOf(knownPeer),
      [] as string[],
    )
    .option('--rounds <n>', 'batches per case and library', wholeNumber(1), ROUNDS)
    .option('--batch <ms>', 'minimum duration of a batch, in milliseconds', positive, BATCH_MS)
    .option('--calls <n>', 'calls per batch, instead of a duration', wholeNumber(1))
    .addOption(clock.choices(['auto', 'gpu', 'host']).default('auto'))
    .option('--variants', 'also time every other way to divide rows among lanes')
    .option('--profile <file>', 'plan with a profile that gradfold tune wrote')
    .option('--cold', 'also measure start-up, pipeline creation and the cost of a call')
    .addOption(
      new Option('--from <file>', 'show a report that --json wrote, instead of measuring').conflicts(MEASURING),
    )
    .option('--json <file>', 'write the report')
    .option('--csv <file>', 'write the table')
    .option('--compare <file>', 'compare with an older report, and mark changes beyond the noise')
    .option(
      '--merge <files...>',
      'merge rows that bench/peers/cuda.py measured on the same machine',
      eachOf(String),
      [] as string[],
    )
    .option('--charts <folder>', 'write charts of the share of copy bandwidth over columns, as SVG')
    .addOption(
      new Option('--report <files...>', 'write a page from reports that --json wrote, instead of measuring').conflicts([
        ...MEASURING,
        ...SHOWING,
      ]),
    )
    .option('--output <file>', 'output file of --report; charts go to a folder next to it', 'docs/performance.md');
}

/** Parses an option that takes several values: commander calls the parser once per value. */
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
  throw new InvalidArgumentError('Expected at least two lengths joined by x, such as 4096x1024.');
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

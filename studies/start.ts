import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { describeAdapter } from '../scripts/probe.mjs';
import { ADAPTER_OPTION, prepareAdapter } from '../src/cli/adapter_option.ts';
import { printCheck } from '../src/cli/check/command.ts';
import { openForCommand } from '../src/cli/open.ts';
import { wholeNumber } from '../src/cli/whole_number.ts';
import type { Backend } from '../src/core/backend.ts';
import { loadMnist } from './mnist.ts';
import {
  DEFAULTS,
  disposeModel,
  type Model,
  type Progress,
  predict,
  type TrainOptions,
  train,
} from './softmax_regression.ts';
import { CLASSES, type Digits } from './training/digits.ts';
import { accuracyOf, confusionOf } from './training/scoring.ts';

interface StartOptions extends TrainOptions {
  readonly images: number;
  readonly skipCheck?: true;
  readonly adapter?: string;
}

const ALL_IMAGES = 60_000;
/** Between two lines of progress, where there is no terminal to draw a bar on. */
const MS_PER_LINE = 3000;

/** `gradfold start`: the quick check, then softmax regression with batch-norm on MNIST. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description(
      'check the kernels on this machine, then train on the MNIST digits: softmax regression with batch-norm',
    )
    .option('--images <n>', 'train on the first n images', wholeNumber(2, ALL_IMAGES), ALL_IMAGES)
    .option('--epochs <n>', 'how often every image is seen', wholeNumber(1, 1000), DEFAULTS.epochs)
    .option('--batch <n>', 'images a step', wholeNumber(2, 10_000), DEFAULTS.batch)
    .option(
      '--seed <n>',
      'of the first weights and the order of the images',
      wholeNumber(0, 2 ** 32 - 1),
      DEFAULTS.seed,
    )
    .option('--skip-check', 'train at once')
    .addOption(ADAPTER_OPTION())
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const { images, batch } = options;
  if (batch > images) throw new Error(`start: --batch is ${batch}, expected at most --images, which is ${images}`);
  await prepareAdapter(options.adapter);
  const digits = await loadMnist();
  await using backend = await openForCommand();
  if (!options.skipCheck) process.exitCode = await printCheck(backend, { quick: true });
  await trainAndScore(backend, { ...digits.train, count: images }, digits.test, options);
}

async function trainAndScore(backend: Backend, chosen: Digits, test: Digits, options: StartOptions): Promise<void> {
  const { epochs, batch, seed } = options;
  const share = chosen.count < ALL_IMAGES ? `${grouped(chosen.count)} of ${grouped(ALL_IMAGES)}` : grouped(ALL_IMAGES);
  const times = epochs === 1 ? 'once' : `${epochs} times`;
  console.log(`MNIST by softmax regression with batch-norm: ${share} images, ${times}, ${batch} a step, seed ${seed}`);
  const begun = performance.now();
  const model = await trainWithProgress(backend, chosen, options);
  const trained = performance.now();
  const confusion = confusionOf(test.labels, await predict(backend, model, test));
  const scored = performance.now();
  disposeModel(model);
  console.log(`\ntest accuracy ${accuracyOf(confusion).toFixed(4)} on ${grouped(test.count)} images\n`);
  console.log(confusionTable(confusion));
  console.log(
    `trained in ${seconds(trained - begun)}, scored in ${seconds(scored - trained)} on ${describeAdapter({ device: '', ...backend.info })}`,
  );
}

/** Trains, with a bar on a terminal, else with a line every few seconds. */
async function trainWithProgress(backend: Backend, digits: Digits, options: TrainOptions): Promise<Model> {
  const isTerminal = process.stdout.isTTY === true;
  const bar = new SingleBar({
    format: 'training {bar} {percentage}% | loss {loss} | {rate} images/s',
    stream: process.stdout,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
  });
  let first: { seen: number; at: number } | undefined;
  let shownAt = 0;
  const onProgress = ({ seen, total, loss }: Progress) => {
    const at = performance.now();
    // The first steps wait for the compiler, which says nothing of the rate.
    first ??= { seen, at };
    const rate = at > first.at ? grouped(Math.round((1000 * (seen - first.seen)) / (at - first.at))) : '…';
    if (isTerminal) bar.update(seen, { loss: loss.toFixed(4), rate });
    else if (at - shownAt > MS_PER_LINE || seen === total) {
      console.log(`training ${Math.floor((100 * seen) / total)}% | loss ${loss.toFixed(4)} | ${rate} images/s`);
      shownAt = at;
    }
  };
  if (isTerminal) {
    const seenInAll = options.epochs * options.batch * Math.floor(digits.count / options.batch);
    bar.start(seenInAll, 0, { loss: '…', rate: '…' });
  }
  try {
    return await train(backend, digits, options, onProgress);
  } finally {
    if (isTerminal) bar.stop();
  }
}

/** Digits by row, what they were taken for by column; never is a dot. */
function confusionTable(confusion: readonly (readonly number[])[]): string {
  const names = Array.from({ length: CLASSES }, (_, digit) => String(digit));
  const table = new Table({
    head: ['digit \\ taken for', ...names, 'right'],
    colAligns: ['left', ...names.map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [digit, row] of confusion.entries()) {
    const total = row.reduce((sum, count) => sum + count, 0);
    const right = `${((100 * (row[digit] as number)) / total).toFixed(1)} %`;
    table.push([String(digit), ...row.map((count) => (count === 0 ? '·' : String(count))), right]);
  }
  return table.toString();
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

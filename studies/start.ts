import type { Command } from 'commander';
import { describeAdapter } from '../scripts/probe.mjs';
import { ADAPTER_OPTION, prepareAdapter } from '../src/cli/adapter_option.ts';
import { printCheck } from '../src/cli/check/command.ts';
import { openForCommand } from '../src/cli/open.ts';
import { progressOf } from '../src/cli/progress.ts';
import { wholeNumber } from '../src/cli/whole_number.ts';
import type { Backend } from '../src/core/backend.ts';
import { loadMnist, type Mnist } from './mnist.ts';
import { textTable } from './table.ts';
import { CLASSES, type Digits } from './training/digits.ts';
import { accuracyOf, confusionOf } from './training/scoring.ts';
import { type Progress, Training } from './training/training.ts';

interface StartOptions {
  readonly images: number;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly skipCheck?: true;
  readonly adapter?: string;
}

const ALL_IMAGES = 60_000;
/** The time between two lines of progress without a terminal. */
const MS_PER_LINE = 3000;

/** `npm start`: runs the quick check, then trains softmax regression with batch-norm on MNIST. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description(
      'check the kernels on this machine, then train on the MNIST digits: softmax regression with batch-norm',
    )
    .option('--images <n>', 'train on the first n images', wholeNumber(2, ALL_IMAGES), ALL_IMAGES)
    .option('--epochs <n>', 'passes over the images', wholeNumber(1, 1000), 3)
    .option('--batch <n>', 'images per step', wholeNumber(2, 10_000), 200)
    .option('--seed <n>', 'seed of the initial weights and the order of the images', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--skip-check', 'train without checking first')
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
  await trainAndScore(backend, digits, options);
}

async function trainAndScore(backend: Backend, { train, test }: Mnist, options: StartOptions): Promise<void> {
  const { images, epochs, batch, seed } = options;
  const share = images < ALL_IMAGES ? `${grouped(images)} of ${grouped(ALL_IMAGES)}` : grouped(ALL_IMAGES);
  const times = epochs === 1 ? 'once' : `${epochs} times`;
  console.log(
    `MNIST by softmax regression with batch-norm: ${share} images, ${times}, ${batch} per step, seed ${seed}`,
  );
  const begun = performance.now();
  using training = new Training(backend, { model: 'softmax-bn', images, epochs, batch, seed });
  await trainWithProgress(training, train);
  const trained = performance.now();
  const confusion = confusionOf(test.labels, await training.predictions(test));
  const scored = performance.now();
  console.log(`\ntest accuracy ${accuracyOf(confusion).toFixed(4)} on ${grouped(test.count)} images\n`);
  console.log(confusionTable(confusion));
  console.log(
    `trained in ${seconds(trained - begun)}, scored in ${seconds(scored - trained)} on ${describeAdapter(backend.info)}`,
  );
}

/** Trains to the end. Shows progress as a bar on a terminal, otherwise as a line every few seconds. */
async function trainWithProgress(training: Training, digits: Digits): Promise<void> {
  const bar = progressOf('training {bar} {percentage}% | loss {loss} | {rate} images/s');
  let first: { step: number; at: number } | undefined;
  let shownAt = 0;
  const onProgress = ({ step, steps, loss: value }: Progress) => {
    const at = performance.now();
    // The rate excludes the first steps, which wait for the compiler.
    first ??= { step, at };
    const images = training.plan.batch * (step - first.step);
    const rate = at > first.at ? grouped(Math.round((1000 * images) / (at - first.at))) : '…';
    const loss = value.toFixed(4);
    bar.update(step, steps, { loss, rate });
    if (process.stderr.isTTY || (at - shownAt < MS_PER_LINE && step < steps)) return;
    console.log(`training ${Math.floor((100 * step) / steps)}% | loss ${loss} | ${rate} images/s`);
    shownAt = at;
  };
  try {
    while (training.step < training.steps) await training.epoch(digits, { onProgress });
  } finally {
    bar.stop();
  }
}

/** The confusion matrix: true digits by row, predictions by column, a dot for 0. */
function confusionTable(confusion: readonly (readonly number[])[]): string {
  const names = Array.from({ length: CLASSES }, (_, digit) => String(digit));
  const rows = confusion.map((row, digit) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const right = `${((100 * (row[digit] as number)) / total).toFixed(1)} %`;
    return [String(digit), ...row.map((count) => (count === 0 ? '·' : String(count))), right];
  });
  return textTable(['digit \\ predicted', ...names, 'correct'], rows);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
